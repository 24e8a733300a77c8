/** The organisation: its settings, its keys for programs, its log. */

import { chips, text } from '../parts/fields.js';
import { h } from '../parts/tree.js';
import { hour, plainDay } from '../words/format.js';
import { named } from './context.js';
import { editor } from './thing.js';
import { f } from './things.js';
import { again, field, once, said, shown, tell, write } from './told.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
const SETTINGS = '/v1/organisation';
const KEYS = '/v1/api-keys';
const LOG = '/v1/audit-log?limit=50';
const FIELDS = [
  f('name', 'text!'), f('time_zone', 'text!'), f('working_days', 'many!', 'workingDays'), f('holidays', 'one', 'calendars'), f('reminder_after_days', 'number'), f('slug'), f('publishes', 'tick'),
  f('territory', 'object', [f('epci'), f('year', 'number'), f('communes', 'communes', undefined, { when: (value) => !value.epci })]),
  f('areas', 'items', [f('name', 'text!'), f('code', 'text!'), f('communes', 'communes')]),
];

/** @param {State} state @param {Act} act */
function organisation(state, act) {
  return [
    h('h1', { tabindex: '-1' }, state.words.organisation),
    named(state, act, [], [SETTINGS], (ctx, one) => editor(state, act, ctx, {
      path: '/app/organisation', service: SETTINGS, fields: FIELDS, one, title: state.words.organisation, stored: async () => again(act, [SETTINGS]),
    })),
    keys(state, act),
    log(state, act),
  ];
}

/** @param {State} state @param {Act} act */
function keys(state, act) {
  const words = said(state);
  const scopes = state.page['scopes'] ?? ['statistics:read'];
  const make = async () => {
    const made = await write(act, ['POST', KEYS, { name: (state.page['key-name'] ?? '').trim(), scopes }], '', [KEYS]);
    if (made) act.page({ key: made.token, 'key-name': '' });
  };
  return h('section', { class: 'stack', key: 'keys' }, h('h2', null, words.keys),
    state.page['key'] && once(state, act, words.keyOnce, state.page['key']),
    shown(state, act, [KEYS], (/** @type {Schemas['ApiKeyList']} */ list) => [
      list.items.length === 0 && h('p', { class: 'hint' }, words.noKey),
      h('ul', { class: 'cards' }, list.items.map((key) => h('li', { class: 'card row', key: key.key_id },
        h('p', null, h('strong', null, key.name), ' ', h('span', { class: 'soft' },
          `${key.scopes.map((scope) => words.scopeNames[scope] ?? scope).join(', ')} · ${words.until(plainDay(state.language, key.expires_at.slice(0, 10), state.today))}`)),
        h('button', { type: 'button', class: 'danger', onclick: () => void write(act, ['DELETE', `${KEYS}/${key.key_id}`], '', [KEYS]) }, words.revoke)))),
    ]),
    h('form', { class: 'stack', novalidate: true, onsubmit: (event) => { event.preventDefault(); void make(); } },
      text({ ...field(state, act, 'key-name'), label: words.keyName, maxlength: 100, required: true }),
      chips({ id: 'scopes', label: words.scopes, value: scopes, options: Object.entries(words.scopeNames).map(([value, label]) => ({ value, label })), onchange: (next) => act.page({ scopes: next }) }),
      h('button', { type: 'submit' }, words.newKey)));
}

/** @param {State} state @param {Act} act */
function log(state, act) {
  const words = said(state);
  const line = (/** @type {Schemas['AuditEntry']} */ entry, /** @type {Map<string, string>} */ names) => h('tr', { key: entry.entry_id },
    h('td', null, `${plainDay(state.language, entry.recorded_at.slice(0, 10), state.today)}, ${hour(state.language, entry.recorded_at, state.facts.organisation?.time_zone)}`),
    h('td', null, words.actions[entry.action] ?? entry.action),
    h('td', null, names.get(entry.actor ?? '') ?? ''));
  const more = async (/** @type {string} */ cursor) => {
    const told = await tell('GET', `${LOG}&cursor=${encodeURIComponent(cursor)}`);
    if (told.status === 200) act.page({ older: [...(state.page['older'] ?? []), ...told.body.items], next: told.body.next_cursor });
  };
  return h('section', { class: 'stack', key: 'log' }, h('h2', null, words.log),
    shown(state, act, [LOG, '/v1/accounts'], (page, accounts) => {
      const names = new Map(accounts.items.map((/** @type {Schemas['Account']} */ one) => [one.account_id, one.name]));
      const next = state.page['next'] === undefined ? page.next_cursor : state.page['next'];
      return [
        h('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': words.log },
          h('table', { class: 'figures log' }, h('tbody', null, [...page.items, ...(state.page['older'] ?? [])].map((entry) => line(entry, names))))),
        next && h('button', { type: 'button', onclick: () => void more(next) }, words.more),
      ];
    }));
}

export { organisation };
