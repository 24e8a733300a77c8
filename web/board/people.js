/** Who works here: invited, active, gone. */

import { chips, text } from '../parts/fields.js';
import { sheet } from '../parts/sheet.js';
import { h } from '../parts/tree.js';
import { plainDay } from '../words/format.js';
import { fieldWords, named } from './context.js';
import { editor } from './thing.js';
import { f } from './things.js';
import { field, once, said, shown, write, wrong } from './told.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
/** @typedef {Schemas['Account']} Account */
const LIST = '/v1/accounts';
const FIELDS = [
  f('name', 'text!', undefined, { label: 'personName' }), f('email', 'email!'), f('role', 'one!', 'roles'),
  f('activity_periods', 'items', [f('starts_on', 'date!'), f('ends_on', 'date')], { when: (value) => value.role === 'advisor' }),
  f('working_days', 'many', 'workingDays', { when: (value) => value.role === 'advisor' }),
];

/** @param {State} state @param {Act} act */
function equipe(state, act) {
  const words = said(state);
  if (state.route.id) return account(state, act, state.route.id);
  return [
    h('h1', { tabindex: '-1' }, state.words.team),
    wrong(state),
    state.page['link'] && once(state, act, words.invitationLink, state.page['link']),
    shown(state, act, [LIST], (/** @type {Schemas['AccountList']} */ list) => [
      h('ul', { class: 'cards' }, list.items.map((account) => h('li', { key: account.account_id, class: 'card row' }, person(state, act, account)))),
      state.page['open'] && leaving(state, act, list.items.find((account) => account.account_id === state.page['open'])),
    ]),
    invite(state, act),
  ];
}

/** An account, which the coordination changes. @param {State} state @param {Act} act @param {string} id */
const account = (state, act, id) => named(state, act, [], [`${LIST}/${id}`], (ctx, one) => [
  h('a', { class: 'quiet start', href: '/app/equipe' }, state.words.team),
  h('h1', { tabindex: '-1' }, one.name),
  editor(state, act, ctx, { path: `/app/equipe/${id}`, service: `${LIST}/${id}`, fields: FIELDS, one, title: one.name, stored: async (_, go) => go('/app/equipe') }),
]);

/** Says what became of an invitation: sent, or shown once. @param {State} state @param {Act} act @param {any} made */
function invited(state, act, made) {
  if (!made) return;
  const { sent_to: to, token } = made.invitation;
  act.page({ link: token ? `${location.origin}/password#${token}` : null, name: '', email: '' });
  if (to) act.say(said(state).invitationSent(to));
}

/** @param {State} state @param {Act} act @param {Account} account */
function person(state, act, account) {
  const words = said(state);
  const seen = account.last_seen_at ? words.lastSeen(plainDay(state.language, account.last_seen_at.slice(0, 10), state.today)) : words.neverSeen;
  const anew = async () => invited(state, act, await write(act, ['POST', `${LIST}/${account.account_id}/invitation`], '', [LIST]));
  const others = account.account_id !== state.facts.me?.account_id;
  return [
    h('p', null, h('strong', null, account.name), h('br'),
      h('span', { class: 'soft' }, [words.roles[/** @type {'advisor'} */ (account.role)], account.email, words.statuses[account.status], seen].join(' · '))),
    h('a', { class: 'button', href: `/app/equipe/${account.account_id}` }, fieldWords(state).edit),
    others && h('button', { type: 'button', onclick: () => void anew() }, words.inviteAnew),
    others && account.status !== 'deactivated' && h('button', { type: 'button', class: 'danger', onclick: () => act.page({ open: account.account_id }) }, words.deactivate),
  ];
}

/** @param {State} state @param {Act} act @param {Account | undefined} account */
function leaving(state, act, account) {
  const words = said(state);
  if (!account) return null;
  const leave = async () => write(act, ['DELETE', `${LIST}/${account.account_id}`], words.deactivated, [LIST]);
  return sheet('leaving', words.deactivate, state.words.close, () => act.page({ open: null }),
    h('p', null, words.deactivateAsk(account.name)),
    h('button', { type: 'button', class: 'danger', onclick: () => void leave() }, words.deactivate));
}

/** @param {State} state @param {Act} act */
function invite(state, act) {
  const words = said(state);
  const role = state.page['role'] ?? 'advisor';
  const starts = state.page['starts'] ?? state.today;
  const send = async () => {
    const account = {
      role, name: (state.page['name'] ?? '').trim(), email: (state.page['email'] ?? '').trim(),
      ...(role === 'advisor' && { activity_periods: [{ starts_on: starts }] }),
    };
    invited(state, act, await write(act, ['POST', LIST, account], '', [LIST]));
  };
  return h('form', { class: 'stack', key: 'invite', novalidate: true, onsubmit: (event) => { event.preventDefault(); void send(); } },
    h('h2', null, words.invite),
    text({ ...field(state, act, 'name'), label: words.name, maxlength: 100, required: true }),
    text({ ...field(state, act, 'email'), label: state.words.email, type: 'email', required: true }),
    chips({ id: 'role', label: words.role, value: role, options: Object.entries(words.roles).map(([value, label]) => ({ value, label })), onchange: (value) => act.page({ role: value }) }),
    role === 'advisor' && text({ id: 'starts', label: words.startsOn, type: 'date', value: starts, oninput: (value) => act.page({ starts: value }) }),
    h('button', { type: 'submit', class: 'main' }, words.invite));
}

export { equipe };
