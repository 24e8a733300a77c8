/** The month at a glance: its figures, who has reported, and its closing. */

import { daysOf, monthOf, plusMonths } from '../domain/days.js';
import { icon, text } from '../parts/fields.js';
import { banner, sheet } from '../parts/sheet.js';
import { h } from '../parts/tree.js';
import { capital, dayOfMonth, longDay, monthName, number, plainDay, weekdayName } from '../words/format.js';
import { copy, field, picture, said, shown, write, wrong } from './told.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
/** The signs of days; words stand beside them for whoever hears the page. */
const SIGNS = /** @type {Record<string, string>} */ ({ reported: '✓', late: 'R', missing: '!', absent: 'A', not_due: '–', extra: '+' });
const FIRST_MONTH = '2020-01';
/** How many figures the annex has. */
const FIGURES = 6;
const TREND = 5;

/** @param {State} state @param {Act} act */
function tableau(state, act) {
  const month = state.route.month ?? monthOf(state.today);
  const name = capital(monthName(state.language, month));
  const before = plusMonths(month, -1) < FIRST_MONTH ? month : plusMonths(month, -1);
  const trend = plusMonths(month, -TREND) < FIRST_MONTH ? FIRST_MONTH : plusMonths(month, -TREND);
  const paths = [
    `/v1/statistics/monthly?from=${before}&to=${month}`, `/v1/statistics/completeness?from=${month}&to=${month}&days=true`,
    `/v1/months?from=${month}&to=${month}`, '/v1/accounts',
  ];
  const step = (/** @type {number} */ by, /** @type {string} */ label, /** @type {string} */ symbol) => {
    const to = plusMonths(month, by);
    if (to < FIRST_MONTH || to > monthOf(state.today)) return h('span');
    return h('a', { class: 'quiet', href: `/app/tableau/${to}`, 'aria-label': `${label} : ${monthName(state.language, to)}` }, icon(symbol));
  };
  return [
    h('div', { class: 'day-head', key: 'head' }, step(-1, state.words.previousMonth, 'left'), h('h1', { tabindex: '-1' }, name), step(1, state.words.nextMonth, 'right')),
    wrong(state),
    shown(state, act, paths, (figures, completeness, months, accounts) => [
      closing(state, act, month, months.items[0], completeness, accounts.items, paths),
      table(state, figures, before),
      picture(state, act, `/v1/statistics/monthly?from=${trend}&to=${month}&format=svg&lang=${state.language}`, said(state).trend),
      reported(state, act, month, completeness, accounts.items),
      state.page['open'] && dialog(state, act, month, completeness, paths),
    ]),
  ];
}

/** @param {State} state @param {Schemas['MonthlyStatistics']} figures @param {string} before */
function table(state, figures, before) {
  const { words, language } = state;
  return h('div', { class: 'scroll', key: 'figures', role: 'region', tabindex: '0', 'aria-label': words.figure }, h('table', { class: 'figures' },
    h('thead', null, h('tr', null, h('th', { scope: 'col' }, words.figure),
      figures.months.map((one) => h('th', { scope: 'col' }, monthName(language, one.month))))),
    h('tbody', null, figures.rows.slice(0, FIGURES).map((row) => h('tr', { key: row.id },
      h('th', { scope: 'row' }, row.label),
      row.by_month.map((value, index) => h('td', { class: figures.months[index]?.month === before && row.by_month.length > 1 ? 'soft' : null }, number(language, value))))))));
}

/** @param {State} state @param {Act} act @param {string} month @param {Schemas['CompletenessList']} completeness @param {Schemas['Account'][]} accounts */
function reported(state, act, month, completeness, accounts) {
  const words = said(state);
  const { items } = completeness;
  const late = items.filter((one) => one.missing.length > 0);
  const addresses = accounts.filter((account) => late.some((one) => one.advisor_id === account.account_id)).map((account) => account.email);
  return h('section', { key: 'reported', class: 'stack' },
    h('h2', { id: 'who' }, words.whoReported),
    items.length === 0 && h('p', { class: 'empty' }, words.nobody),
    items.length > 0 && heat(state, month, items),
    h('p', { class: 'legend' }, Object.entries(SIGNS).map(([name, sign]) =>
      h('span', { class: `sign is-${name}` }, h('b', { 'aria-hidden': 'true' }, sign), words.states[/** @type {'late'} */ (name)]))),
    items.length > 0 && late.length === 0 && h('p', { class: 'verdict good' }, words.allReported),
    addresses.length > 0 && h('button', { type: 'button', onclick: () => void copy(state, act, addresses.join(', ')) }, words.copyAddresses));
}

/** Advisors by days. @param {State} state @param {string} month @param {Schemas['Completeness'][]} items */
function heat(state, month, items) {
  const { language } = state;
  const words = said(state);
  const days = daysOf(month);
  const cell = (/** @type {string} */ day, /** @type {Map<string, string>} */ states) => {
    const name = states.get(day);
    if (!name) return h('td', { key: day });
    return h('td', { key: day, class: `is-${name}`, title: `${longDay(language, day)} : ${words.states[/** @type {'late'} */ (name)]}` },
      h('span', { 'aria-hidden': 'true' }, SIGNS[name]), h('span', { class: 'unseen' }, words.states[/** @type {'late'} */ (name)]));
  };
  return h('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-labelledby': 'who' },
    h('table', { class: 'heat' },
      h('thead', null, h('tr', null, h('th', { scope: 'col' }, words.advisor), h('th', { scope: 'col' }, words.missingCount), h('th', { scope: 'col' }, words.delay),
        days.map((day) => h('th', { scope: 'col', key: day }, h('span', { 'aria-hidden': 'true' }, weekdayName(language, day).charAt(0), h('br'), Number(day.slice(8))),
          h('span', { class: 'unseen' }, longDay(language, day)))))),
      h('tbody', null, items.map((one) => {
        const states = new Map((one.days ?? []).map((day) => [day.date, day.state]));
        return h('tr', { key: one.advisor_id },
          h('th', { scope: 'row' }, h('a', { href: `/app/jour/${one.missing[0] ?? days.filter((day) => day <= state.today).at(-1) ?? state.today}?de=${one.advisor_id}` }, one.name)),
          h('td', null, one.missing.length),
          h('td', null, one.median_delay_days === null ? '–' : words.days(one.median_delay_days)),
          days.map((day) => cell(day, states)));
      }))));
}

/** @param {State} state @param {Act} act @param {string} month @param {Schemas['MonthRecord']} record @param {Schemas['CompletenessList']} completeness
 * @param {Schemas['Account'][]} accounts @param {string[]} paths */
function closing(state, act, month, record, completeness, accounts, paths) {
  const words = said(state);
  const nameOf = (/** @type {string | null} */ id) => accounts.find((account) => account.account_id === id)?.name ?? words.somebody;
  const name = monthName(state.language, month);
  const refused = record.refused_writes.map((one) => h('p', { class: 'hint' }, words.refusedWrites(nameOf(one.advisor_id), one.writes)));
  if (record.status === 'closed') {
    const reopen = async () => write(act, ['DELETE', `/v1/months/${month}/closing?reason=${encodeURIComponent(state.page['reason'] ?? '')}`], '', paths);
    return banner('good',
      h('p', null, words.closed(capital(name), plainDay(state.language, (record.changed_at ?? '').slice(0, 10), state.today), nameOf(record.changed_by))),
      record.comment && h('p', { class: 'soft' }, record.comment),
      refused,
      text({ ...field(state, act, 'reason'), label: words.reason, maxlength: 500 }),
      h('button', { type: 'button', onclick: () => void reopen() }, words.reopen));
  }
  if (month >= monthOf(state.today)) return h('p', { class: 'hint', key: 'closing' }, words.notOver);
  const missing = completeness.items.reduce((sum, one) => sum + one.missing.length, 0);
  return h('div', { class: 'row', key: 'closing' },
    h('p', null, missing > 0 ? words.missingFirst(missing) : words.allReported),
    h('button', { type: 'button', class: 'main', onclick: () => act.page({ open: 'closing' }) }, words.close(name)));
}

/** What is missing is said before a month is closed. @param {State} state @param {Act} act @param {string} month @param {Schemas['CompletenessList']} completeness
 * @param {string[]} paths */
function dialog(state, act, month, completeness, paths) {
  const words = said(state);
  const late = completeness.items.filter((one) => one.missing.length > 0);
  const comment = (state.page['comment'] ?? '').trim();
  const close = async () => write(act, ['PUT', `/v1/months/${month}/closing`, comment ? { comment } : {}], '', paths);
  return sheet('closing', words.close(monthName(state.language, month)), state.words.close, () => act.page({ open: null }),
    late.length > 0 && h('ul', null, late.map((one) =>
      h('li', { key: one.advisor_id }, h('strong', null, one.name), ` · ${words.days(one.missing.length)} (${one.missing.map((day) => dayOfMonth(state.language, day)).join(', ')})`))),
    text({ ...field(state, act, 'comment'), label: words.comment, rows: 2, maxlength: 500 }),
    h('button', { type: 'button', class: 'main', onclick: () => void close() }, late.length > 0 ? words.closeAnyway : words.closeNow));
}

export { tableau };
