/** The organisation: its settings, its keys for programs, its log. */

import { WEEKDAYS } from '../domain/days.js';
import { chips, text, valueOf } from '../parts/fields.js';
import { h } from '../parts/tree.js';
import { hour, plainDay, weekdayName } from '../words/format.js';
import { field, once, said, shown, tell, write, wrong } from './told.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
const SETTINGS = '/v1/organisation';
const KEYS = '/v1/api-keys';
const LOG = '/v1/audit-log?limit=50';
/** A Monday. */
const MONDAY = '2024-01-01';

/** @param {State} state @param {Act} act */
function organisation(state, act) {
  return [
    h('h1', { tabindex: '-1' }, state.words.organisation),
    wrong(state),
    shown(state, act, [SETTINGS], (told) => settings(state, act, told)),
    keys(state, act),
    log(state, act),
  ];
}

/** An object without what is null. @param {any} of */
const given = (of) => of && Object.fromEntries(Object.entries(of).filter(([, value]) => value !== null));

/** @param {State} state @param {Act} act @param {Schemas['Organisation']} told */
function settings(state, act, told) {
  const words = said(state);
  const value = { ...told, ...state.page['settings'] };
  const set = (/** @type {any} */ changes) => act.page({ settings: { ...state.page['settings'], ...changes } });
  const keep = async () => {
    const { name, time_zone, working_days, holidays, reminder_after_days: after, territory, areas } = value;
    const body = {
      name, time_zone, working_days, holidays, areas, ...(Number(after) > 0 && { reminder_after_days: Number(after) }),
      ...(territory && { territory: given(territory) }),
    };
    await write(act, ['PUT', SETTINGS, body], words.saved, [SETTINGS]);
  };
  return h('form', { class: 'stack', key: 'settings', novalidate: true, onsubmit: (event) => { event.preventDefault(); void keep(); } },
    text({ id: 'organisation-name', label: state.words.organisation, value: value.name, maxlength: 100, oninput: (name) => set({ name }) }),
    text({ id: 'zone', label: words.zone, value: value.time_zone, oninput: (time_zone) => set({ time_zone }) }),
    chips({
      id: 'working', label: words.workingDays, value: value.working_days, onchange: (working_days) => set({ working_days }),
      options: WEEKDAYS.map((day, index) => ({ value: day, label: weekdayName(state.language, `${MONDAY.slice(0, 9)}${index + 1}`) })),
    }),
    h('div', { class: 'field' }, h('label', { for: 'holidays' }, words.holidays),
      h('select', { id: 'holidays', value: value.holidays, onchange: (event) => set({ holidays: valueOf(event) }) },
        Object.entries(words.calendars).map(([code, name]) => h('option', { value: code, key: code, selected: code === value.holidays }, name)))),
    text({ id: 'reminder', label: words.reminder, type: 'number', value: String(value.reminder_after_days ?? 0), oninput: (days) => set({ reminder_after_days: days }) }),
    h('button', { type: 'submit', class: 'main' }, state.words.save));
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
          `${key.scopes.map((scope) => words.scopeNames[scope] ?? scope).join(', ')} · ${words.until(plainDay(state.language, key.expires_at.slice(0, 10)))}`)),
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
    h('td', null, `${plainDay(state.language, entry.recorded_at.slice(0, 10))}, ${hour(state.language, entry.recorded_at, state.facts.organisation?.time_zone)}`),
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
