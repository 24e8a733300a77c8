/** The annex: the figures of a period as they will be printed, restricted and broken down, and its documents. */

import { monthOf, plusMonths } from '../domain/days.js';
import { chips, valueOf } from '../parts/fields.js';
import { optionsOf } from '../parts/labels.js';
import { h } from '../parts/tree.js';
import { capital, duration, monthName, number } from '../words/format.js';
import { breakdown } from './breakdown.js';
import { named } from './context.js';
import { select } from './form.js';
import { picture, said, save, shown } from './told.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
const FIGURES = 6;
const FORMS = /** @type {const} */ ([['csv', 'CSV'], ['xlsx', 'Excel'], ['pdf', 'PDF']]);
/** What figures can be restricted to, with the list of the nomenclature; advisors come from the service. */
const FILTERS = /** @type {const} */ ([
  ['kind', 'kinds', 'kind'], ['setting', 'settings', 'setting'], ['theme', 'themes', 'theme'], ['equipment', 'equipment', 'equipment'], ['autonomy', 'autonomies', 'autonomy'], ['level', 'levels', 'level'],
]);
/** And one of these at a time. */
const ONE_OF = /** @type {const} */ ([['place_id', 'lieux', 'place'], ['partner_id', 'partenaires', 'partner'], ['workshop_id', 'ateliers', 'workshop'], ['tag_id', 'etiquettes', 'tag']]);
const NAMES = [...FILTERS, ...ONE_OF].map(([name]) => /** @type {string} */ (name)).concat('advisor_id', 'commune');

/** What the address asks for. @param {State} state */
function asked(state) {
  const { query } = state.route;
  const current = monthOf(state.today);
  const to = query['au'] ?? current;
  const from = query['du'] ?? plusMonths(to, -2);
  const filters = Object.fromEntries(NAMES.flatMap((name) => (query[name] ? [[name, query[name]]] : [])));
  return { from, to, filters, by: query['par'] ?? '' };
}

/** The query of the service. @param {ReturnType<typeof asked>} of @param {Record<string, string>} [more] */
const queryOf = (of, more = {}) => new URLSearchParams({ from: of.from, to: of.to, ...of.filters, ...more }).toString();

/** @param {State} state @param {Act} act */
function annexe(state, act) {
  const words = said(state);
  const of = asked(state);
  const path = `/v1/statistics/monthly?${queryOf(of)}`;
  const go = (/** @type {Record<string, string>} */ changes) => {
    const next = { du: of.from, au: of.to, par: of.by, ...of.filters, ...changes };
    const query = new URLSearchParams(Object.entries(next).filter(([, value]) => value));
    act.go(`/app/annexe?${query}`, { replace: true });
  };
  return [
    h('h1', { tabindex: '-1' }, state.words.annex),
    period(state, of, go),
    filters(state, act, of, go),
    shown(state, act, [path], (/** @type {Schemas['MonthlyStatistics']} */ figures) => [
      h('p', { class: figures.provisional ? 'hint' : 'verdict good', key: 'standing' }, figures.provisional ? words.provisional : words.final),
      table(state, figures),
      picture(state, act, `/v1/statistics/monthly?${queryOf(of, { format: 'svg', lang: state.language })}`, words.chart),
      documents(state, act, of),
    ]),
    breakdown(state, act, of.by, `/v1/statistics/breakdown?${queryOf(of, { by: of.by })}`, (by) => go({ par: by })),
    definitions(state, act),
    h('a', { class: 'button', key: 'publications', href: '/app/publications' }, state.words.publications),
  ];
}

/** @param {State} state @param {ReturnType<typeof asked>} of @param {(changes: Record<string, string>) => void} go */
function period(state, of, go) {
  const words = said(state);
  const month = (/** @type {string} */ id, /** @type {string} */ label, /** @type {string} */ value) =>
    h('div', { class: 'field' }, h('label', { for: id }, label),
      h('input', { id, type: 'month', min: '2020-01', max: monthOf(state.today), value, onchange: (event) => valueOf(event) && go({ [id]: valueOf(event) }) }));
  return h('div', { class: 'pair', key: 'period' }, month('du', words.from, of.from), month('au', words.to, of.to));
}

/** @param {State} state @param {Act} act @param {ReturnType<typeof asked>} of @param {(changes: Record<string, string>) => void} go */
function filters(state, act, of, go) {
  const words = said(state);
  const group = (/** @type {string} */ name, /** @type {string} */ label, /** @type {import('../parts/fields.js').Option[]} */ options) =>
    chips({ id: name, label, options, value: of.filters[name]?.split(',') ?? [], onchange: (codes) => go({ [name]: codes.join(',') }) });
  const count = Object.keys(of.filters).length;
  return h('details', { class: 'others', key: 'filters', open: state.page['filters'] ?? count > 0,
    ontoggle: (event) => act.page({ filters: /** @type {HTMLDetailsElement} */ (event.currentTarget).open }) },
  h('summary', null, words.filters, count > 0 && ` (${count})`),
  state.page['filters'] && h('div', { class: 'stack' },
    shown(state, act, ['/v1/advisors'], (/** @type {Schemas['AdvisorList']} */ advisors) =>
      group('advisor_id', words.advisors, advisors.items.map((one) => ({ value: one.advisor_id, label: one.name })))),
    named(state, act, ONE_OF.map(([, kind]) => kind), [], (ctx) => {
      const one = (/** @type {string} */ name, /** @type {string} */ label, /** @type {import('../parts/fields.js').Option[]} */ options) =>
        select({ id: name, label, options, value: of.filters[name] ?? '', change: (value) => go({ [name]: value }) });
      return h('div', { class: 'pair' }, one('commune', words.dimensions.commune, ctx.communes.map((commune) => ({ value: commune.code, label: ctx.communeName(commune) }))),
        ONE_OF.map(([name, kind, label]) => one(name, words.dimensions[label], ctx.refs(kind, [of.filters[name] ?? '']))));
    }),
    FILTERS.map(([name, list, label]) => group(name, words.dimensions[label], optionsOf(state, list)))));
}

/** @param {State} state @param {Schemas['MonthlyStatistics']} figures */
function table(state, figures) {
  const { words, language } = state;
  const written = (/** @type {Schemas['StatisticsRow']} */ row, /** @type {number} */ value) => (row.unit === 'minutes' ? duration(value) : number(language, value));
  return h('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': state.words.annex, key: 'table' },
    h('table', { class: 'figures' },
      h('thead', null, h('tr', null, [words.figure, words.total, said(state).average, ...figures.months.map((one) => capital(monthName(language, one.month)))]
        .map((label) => h('th', { scope: 'col', key: label }, label)))),
      h('tbody', null, figures.rows.slice(0, FIGURES).map((row) => h('tr', { key: row.id }, h('th', { scope: 'row' }, row.label),
        [row.total, row.monthly_average, ...row.by_month].map((value) => h('td', null, written(row, value))))))));
}

/** @param {State} state @param {Act} act @param {ReturnType<typeof asked>} of */
function documents(state, act, of) {
  const words = said(state);
  const path = (/** @type {string} */ format) => `/v1/statistics/monthly?${queryOf(of, { format, lang: state.language })}`;
  return h('div', { class: 'row', key: 'documents' }, h('p', null, words.download),
    FORMS.map(([code, name]) => h('button', { type: 'button', key: code, onclick: () => void save(state, act, path(code)) }, name)));
}

/** @param {State} state @param {Act} act */
function definitions(state, act) {
  const words = said(state);
  const { language } = state;
  return h('details', { class: 'others', key: 'definitions', ontoggle: (event) => act.page({ definitions: /** @type {HTMLDetailsElement} */ (event.currentTarget).open }) },
    h('summary', null, words.definitions),
    state.page['definitions'] && shown(state, act, ['/v1/statistics/definitions'], (/** @type {Schemas['Definitions']} */ all) =>
      h('dl', { class: 'stack' }, all.figures.map((one) => h('div', { key: one.id }, h('dt', null, one[`label_${language}`]),
        h('dd', null, one[`formula_${language}`]), h('dd', { class: 'hint' }, one[`limits_${language}`]))))));
}

export { annexe };
