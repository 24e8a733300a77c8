/** The figures of a period by one thing: a table whose shares add up, with a bar in each cell. */

import { valueOf } from '../parts/fields.js';
import { h } from '../parts/tree.js';
import { number } from '../words/format.js';
import { said, shown } from './told.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */

/** @param {State} state @param {Act} act @param {string} by @param {string} path @param {(by: string) => void} choose */
export function breakdown(state, act, by, path, choose) {
  const words = said(state);
  return h('section', { key: 'breakdown', class: 'stack' },
    h('div', { class: 'field' }, h('label', { for: 'by' }, words.breakBy),
      h('select', { id: 'by', value: by, onchange: (event) => choose(valueOf(event)) },
        h('option', { value: '' }, '–'),
        Object.entries(words.dimensions).map(([code, label]) => h('option', { value: code, key: code, selected: code === by }, label)))),
    by && shown(state, act, [path], (/** @type {Schemas['BreakdownStatistics']} */ figures) => lines(state, by, figures)));
}

/** @param {State} state @param {string} by @param {Schemas['BreakdownStatistics']} figures */
function lines(state, by, figures) {
  const words = said(state);
  const written = (/** @type {number | null} */ value) => (value === null ? words.hidden : number(state.language, value));
  if (figures.lines.length === 0) return h('p', { class: 'empty' }, words.nothingCounted);
  const label = words.dimensions[/** @type {'kind'} */ (by)];
  return h('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': label },
    h('table', { class: 'figures' },
      h('thead', null, h('tr', null, [label, words.interventions, words.supports, words.share].map((one) => h('th', { scope: 'col', key: one }, one)))),
      h('tbody', null, figures.lines.map((line) => h('tr', { key: line.code },
        h('th', { scope: 'row' }, line.label),
        h('td', null, written(line.interventions)),
        h('td', null, written(line.supports)),
        h('td', null, line.share === null ? '–' : h('span', { class: 'share', vars: { share: `${line.share}%` } }, `${line.share} %`)))))));
}
