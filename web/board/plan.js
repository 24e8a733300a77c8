/** « Annexe 2 »: what the plan of action became in a period, and how far the territory was covered; each as a document too. */

import { monthOf, plusMonths } from '../domain/days.js';
import { valueOf } from '../parts/fields.js';
import { h } from '../parts/tree.js';
import { duration, hour, longDay, number } from '../words/format.js';
import { fieldWords } from './context.js';
import { said, save, shown } from './told.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
const FORMS = /** @type {const} */ ([['csv', 'CSV'], ['xlsx', 'Excel'], ['pdf', 'PDF']]);

/** @param {State} state @param {Act} act */
function plan(state, act) {
  const words = fieldWords(state);
  const board = said(state);
  const to = state.route.query['au'] ?? monthOf(state.today);
  const from = state.route.query['du'] ?? plusMonths(to, -2);
  const period = `from=${from}&to=${to}`;
  const month = (/** @type {'du' | 'au'} */ id, /** @type {string} */ label, /** @type {string} */ value) => h('div', { class: 'field' }, h('label', { for: id }, label),
    h('input', { id, type: 'month', min: '2020-01', max: monthOf(state.today), value, onchange: (event) => valueOf(event) && act.go(`/app/plan?${new URLSearchParams({ du: from, au: to, [id]: valueOf(event) })}`, { replace: true }) }));
  const asOf = (/** @type {string} */ at) => h('p', { class: 'hint' }, words.asOf(`${longDay(state.language, at.slice(0, 10), state.today)}, ${hour(state.language, at, state.facts.organisation?.time_zone)}`));
  return [
    h('a', { class: 'quiet start', href: '/app/terrain' }, state.words.field),
    h('h1', { tabindex: '-1' }, words.plan),
    h('div', { class: 'pair', key: 'period' }, month('du', board.from, from), month('au', board.to, to)),
    shown(state, act, [`/v1/statistics/field?${period}`], (/** @type {Schemas['FieldStatistics']} */ told) => h('section', { class: 'stack', key: 'field' },
      asOf(told.as_of), documents(state, act, `/v1/statistics/field?${period}`), told.parts.map((part) => h('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': part.label, key: part.code },
        h('table', { class: 'figures' }, h('caption', null, part.label), h('tbody', null, part.figures.map((one) => h('tr', { key: one.id }, h('th', { scope: 'row' }, one.label), h('td', null, figure(state, one)))))))))),
    shown(state, act, [`/v1/statistics/coverage?${period}`], (/** @type {Schemas['CoverageStatistics']} */ told) => h('section', { class: 'stack', key: 'coverage' }, h('h2', null, words.coverage),
      asOf(told.as_of), documents(state, act, `/v1/statistics/coverage?${period}`), lines(state, words.fields.commune_code, [...told.communes, told.total]),
      told.areas.length > 0 && lines(state, words.areasTitle, told.areas))),
  ];
}

/** @param {State} state @param {Schemas['FieldStatisticsFigure']} one */
function figure(state, one) {
  if (one.value === null) return '–';
  if (one.unit === 'minutes') return duration(one.value);
  return one.unit === 'percent' ? `${number(state.language, one.value)} %` : number(state.language, one.unit === 'tenths' ? one.value / 10 : one.value);
}

/** @param {State} state @param {string} label @param {Schemas['CoverageLine'][]} all */
function lines(state, label, all) {
  const words = fieldWords(state);
  const board = said(state);
  const written = (/** @type {number | null} */ value) => (value === null ? '–' : number(state.language, value));
  return h('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': label, key: label }, h('table', { class: 'figures' },
    h('thead', null, h('tr', null, [label, board.interventions, words.people, words.perThousand, words.monthsWithout].map((one) => h('th', { scope: 'col', key: one }, one)))),
    h('tbody', null, all.map((one) => h('tr', { key: one.code }, h('th', { scope: 'row' }, one.label),
      [one.interventions, one.people, one.people_per_thousand, one.months_without].map((value) => h('td', null, written(value))))))));
}

/** @param {State} state @param {Act} act @param {string} path */
const documents = (state, act, path) => h('div', { class: 'row unprinted', key: 'documents' }, h('p', null, said(state).download),
  FORMS.map(([code, name]) => h('button', { type: 'button', key: code, onclick: () => void save(state, act, `${path}&format=${code}&lang=${state.language}`) }, name)));

export { plan };
