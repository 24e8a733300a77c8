/** What was published, what has changed since, and the links that share it. */

import { monthOf, plusMonths } from '../domain/days.js';
import { text, valueOf } from '../parts/fields.js';
import { h } from '../parts/tree.js';
import { capital, monthName, number, plainDay } from '../words/format.js';
import { again, field, once, said, save, shown, write, wrong } from './told.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
/** @typedef {Schemas['Publication']} Publication */
const LIST = '/v1/publications';
const FORMS = /** @type {const} */ ([['pdf', 'PDF'], ['xlsx', 'Excel'], ['csv', 'CSV']]);
const LINK_DAYS = 30;

/** « Mai – juillet 2022 ». @param {State} state @param {{from: string, to: string}} of */
const periodOf = (state, of) =>
  capital(of.from === of.to ? monthName(state.language, of.from) : `${monthName(state.language, of.from)} – ${monthName(state.language, of.to)}`);

/** @param {State} state @param {Act} act */
function publications(state, act) {
  const { id } = state.route;
  return shown(state, act, [LIST], (/** @type {Schemas['PublicationList']} */ list) => {
    const one = list.items.find((publication) => publication.publication_id === id);
    if (id && !one) return h('h1', { tabindex: '-1' }, state.words.notFound);
    return one ? publication(state, act, one) : all(state, act, list.items);
  });
}

/** @param {State} state @param {Act} act @param {Publication[]} items */
function all(state, act, items) {
  const words = said(state);
  const last = plusMonths(monthOf(state.today), -1);
  const [from, to] = [state.page['from'] ?? last, state.page['to'] ?? last];
  const deliberation = (state.page['deliberation'] ?? '').trim();
  const publish = async () => {
    const goOn = act.goFromHere();
    const made = await write(act, ['POST', LIST, { from, to, ...(deliberation && { deliberation_number: deliberation }) }], words.published, [LIST]);
    if (made) goOn(`/app/publications/${made.publication_id}`);
  };
  const month = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ value) =>
    h('div', { class: 'field' }, h('label', { for: name }, label),
      h('input', { id: name, type: 'month', min: '2020-01', max: last, value, onchange: (event) => act.page({ [name]: valueOf(event) }) }));
  return [
    h('h1', { tabindex: '-1' }, state.words.publications),
    wrong(state),
    items.length === 0 && h('p', { class: 'empty' }, words.noPublication),
    h('ul', { class: 'cards' }, items.map((one) => h('li', { key: one.publication_id },
      h('a', { class: 'card', href: `/app/publications/${one.publication_id}` }, h('span', null,
        h('strong', null, periodOf(state, one)),
        h('span', { class: 'soft' }, [one.deliberation_number, words.publishedAt(plainDay(state.language, one.published_at.slice(0, 10), state.today))].filter(Boolean).join(' · '))))))),
    h('form', { class: 'stack', key: 'publish', novalidate: true, onsubmit: (event) => { event.preventDefault(); void publish(); } },
      h('h2', null, words.publish),
      h('div', { class: 'pair' }, month('from', words.from, from), month('to', words.to, to)),
      text({ ...field(state, act, 'deliberation'), label: words.deliberation, maxlength: 100 }),
      h('button', { type: 'submit', class: 'main' }, words.publish)),
  ];
}

/** @param {State} state @param {Act} act @param {Publication} one */
function publication(state, act, one) {
  const words = said(state);
  const path = `${LIST}/${one.publication_id}`;
  return [
    h('a', { class: 'quiet start', href: '/app/publications' }, words.back),
    h('h1', { tabindex: '-1' }, periodOf(state, one)),
    h('p', { class: 'soft' }, [one.deliberation_number, words.publishedAt(plainDay(state.language, one.published_at.slice(0, 10), state.today))].filter(Boolean).join(' · ')),
    h('p', { class: 'hint' }, `${words.digest} `, h('code', null, one.digest)),
    wrong(state),
    h('div', { class: 'row' }, h('p', null, words.download), FORMS.map(([code, name]) =>
      h('button', { type: 'button', key: code, onclick: () => void save(state, act, `${path}?format=${code}&lang=${state.language}`) }, name))),
    h('section', { class: 'stack', key: 'changes' }, h('h2', null, words.changes),
      shown(state, act, [`${path}/changes`], (/** @type {Schemas['PublicationChanges']} */ changes) => changed(state, changes.items))),
    links(state, act, `${path}/links`),
  ];
}

/** @param {State} state @param {Schemas['PublicationChange'][]} items */
function changed(state, items) {
  const words = said(state);
  const written = (/** @type {number | null} */ value) => (value === null ? '–' : number(state.language, value));
  if (items.length === 0) return h('p', { class: 'verdict good' }, words.noChange);
  return h('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': words.changes }, h('table', { class: 'figures' },
    h('thead', null, h('tr', null, [state.words.figure, words.was, words.now].map((label) => h('th', { scope: 'col', key: label }, label)))),
    h('tbody', null, items.map((one, index) => h('tr', { key: index }, h('th', { scope: 'row' }, [one.figure, one.of].filter(Boolean).join(' · ')),
      h('td', null, written(one.published)), h('td', null, written(one.now)))))));
}

/** @param {State} state @param {Act} act @param {string} path */
function links(state, act, path) {
  const words = said(state);
  const share = async () => {
    const made = await write(act, ['POST', path, { name: (state.page['whom'] ?? '').trim(), valid_days: Number(state.page['valid'] ?? LINK_DAYS) }], '', [path]);
    if (made) act.page({ link: `${location.origin}${made.path}`, whom: '' });
  };
  return h('section', { class: 'stack', key: 'links' }, h('h2', null, words.links),
    state.page['link'] && once(state, act, words.shownOnce, state.page['link']),
    shown(state, act, [path], (/** @type {Schemas['SharedLinkList']} */ list) => [
      list.items.length === 0 && h('p', { class: 'hint' }, words.noLink),
      h('ul', { class: 'cards' }, list.items.map((link) => h('li', { class: 'card row', key: link.link_id },
        h('p', null, h('strong', null, link.name), ' ', h('span', { class: 'soft' }, `${words.until(plainDay(state.language, link.expires_at.slice(0, 10), state.today))} · ${words.reads(link.views)}`)),
        h('button', { type: 'button', class: 'danger', onclick: async () => { await write(act, ['DELETE', `${path}/${link.link_id}`], '', []); again(act, [path]); } }, words.revoke)))),
    ]),
    h('form', { class: 'stack', novalidate: true, onsubmit: (event) => { event.preventDefault(); void share(); } },
      text({ ...field(state, act, 'whom'), label: words.forWhom, maxlength: 200, required: true }),
      text({ id: 'valid', label: words.validDays, type: 'number', value: String(state.page['valid'] ?? LINK_DAYS), oninput: (value) => act.page({ valid: value }) }),
      h('button', { type: 'submit', class: 'main' }, words.share_)));
}

export { publications };
