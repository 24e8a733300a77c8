/** What is done with an agreement: its printed annex, the times of presence, its renewal, and the link of the partner's page. */

import { between, plus } from '../domain/days.js';
import { text } from '../parts/fields.js';
import { h } from '../parts/tree.js';
import { named } from './context.js';
import { begin, cards } from './thing.js';
import { field, once, save, said, shown, whole, write } from './told.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
/** @typedef {import('./context.js').Context} Context */
const LINK_DAYS = 90;
const SOON_DAYS = 60;

/** Those that end soon stand first. @param {State} state @param {Act} _act @param {Context} ctx @param {Schemas['Agreement'][]} items */
export const agreementList = (state, _act, ctx, items) => {
  const soon = items.filter((one) => one.in_force && one.ends_on <= plus(state.today, SOON_DAYS));
  return soon.length > 0 && h('section', { class: 'stack', key: 'soon' }, h('h2', null, ctx.words.endingSoon), cards(ctx, 'conventions', soon));
};

/** @param {State} state @param {Act} act @param {Context} ctx @param {Schemas['Agreement']} one */
export function agreement(state, act, ctx, one) {
  const { words } = ctx;
  const { agreement_id: id, version: _version, in_force: _in_force, ...rest } = one;
  const days = between(one.starts_on, one.ends_on);
  const from = plus(one.ends_on, 1);
  const renew = () => begin(state, act, 'conventions', { ...rest, renews: id, signed_on: null, starts_on: from, ends_on: plus(from, days) });
  const presence = () => begin(state, act, 'recurrences', {
    name: ctx.name('partenaires', one.partner_id), kind: 'presence', agreement_id: id, place_id: one.place_id, advisors: one.advisors, starts_on: one.starts_on, ends_on: one.ends_on, frequency: 'weekly',
    interval: 1, by_day: [], from: '', to: '',
  });
  return [
    h('div', { class: 'row', key: 'documents' },
      h('button', { type: 'button', onclick: () => void save(state, act, `/v1/agreements/${id}/annex?format=pdf&lang=${state.language}`) }, words.printedAnnex),
      h('button', { type: 'button', onclick: renew }, words.renew)),
    h('section', { class: 'stack', key: 'presences' }, h('h2', null, words.presences),
      named(state, act, ['lieux', 'recurrences'], [], (names) => schedules(state, act, names, id)),
      h('button', { type: 'button', onclick: presence }, words.addPresence)),
    links(state, act, ctx, `/v1/agreements/${id}/links`),
  ];
}

/** @param {State} state @param {Act} act @param {Context} ctx @param {string} id */
const schedules = (state, act, ctx, id) => shown(state, act, [whole('/v1/schedules')], (/** @type {Schemas['SchedulePage']} */ { items }) => {
  const own = items.filter((one) => one.agreement_id === id);
  return own.length > 0 ? cards(ctx, 'recurrences', own) : h('p', { class: 'hint' }, ctx.words.noPresence);
});

/** @param {State} state @param {Act} act @param {Context} ctx @param {string} path */
function links(state, act, { words, day }, path) {
  const board = said(state);
  const share = async () => {
    const made = await write(act, ['POST', path, { name: (state.page['whom'] ?? '').trim(), valid_days: Number(state.page['valid'] ?? LINK_DAYS) }], '', [path]);
    if (made) act.page({ link: `${location.origin}${made.path}`, whom: '' });
  };
  const standing = (/** @type {Schemas['PartnerLink']} */ link) => (link.revoked_at ? words.ended(day(link.revoked_at.slice(0, 10))) : board.until(day(link.expires_at.slice(0, 10))));
  return h('section', { class: 'stack', key: 'links' }, h('h2', null, words.partnerLinks), h('p', { class: 'hint' }, words.partnerLinksHint),
    state.page['link'] && once(state, act, board.shownOnce, state.page['link']),
    shown(state, act, [path], (/** @type {Schemas['PartnerLinkList']} */ list) => [
      list.items.length === 0 && h('p', { class: 'hint' }, board.noLink),
      h('ul', { class: 'cards' }, list.items.map((link) => h('li', { class: 'card row', key: link.link_id },
        h('p', null, h('strong', null, link.name), ' ', h('span', { class: 'soft' }, `${standing(link)} · ${board.reads(link.views)}`)),
        !link.revoked_at && h('button', { type: 'button', class: 'danger', onclick: () => void write(act, ['DELETE', `${path}/${link.link_id}`], words.linkEnded, [path]) }, board.revoke)))),
    ]),
    h('form', { class: 'stack', novalidate: true, onsubmit: (event) => { event.preventDefault(); void share(); } },
      text({ ...field(state, act, 'whom'), label: board.forWhom, maxlength: 200, required: true }),
      text({ id: 'valid', label: board.validDays, type: 'number', value: String(state.page['valid'] ?? LINK_DAYS), oninput: (value) => act.page({ valid: value }) }),
      h('button', { type: 'submit' }, words.makeLink)));
}
