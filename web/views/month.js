/** The month: each day with its sign, and the advisor's own figures below. */

import { contentOf } from '../device/device.js';
import { ask } from '../device/session.js';
import { daysOf, missing, monthOf, plusMonths, weekday } from '../domain/days.js';
import { icon } from '../parts/fields.js';
import { h } from '../parts/tree.js';
import { capital, duration, hour, longDay, monthName, number, plainDay, weekdayName } from '../words/format.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
const SIGNS = { sent: '✓', waiting: '↑', check: '!', missing: '○', absent: 'A', none: '–', extra: '✓' };

/** @param {State} state @param {Act} act */
function mois(state, act) {
  const month = state.route.month ?? monthOf(state.today);
  const { words, language } = state;
  const due = new Set(missing(state.facts.missing ?? null, state.facts.organisation?.working_days ?? [], state.today, (day) => Boolean(contentOf(state.days[day]))));
  const link = (/** @type {number} */ by, /** @type {string} */ label, /** @type {string} */ symbol) =>
    h('a', { class: 'quiet', href: `/app/mois/${plusMonths(month, by)}`, 'aria-label': `${label} : ${monthName(language, plusMonths(month, by))}` }, icon(symbol));
  return [
    h('div', { class: 'day-head', key: 'head' }, link(-1, words.previousMonth, 'left'), h('h1', { tabindex: '-1' }, capital(monthName(language, month))), link(1, words.nextMonth, 'right')),
    table(state, month, due),
    h('p', { class: 'legend', key: 'legend' }, Object.entries(SIGNS).filter(([name]) => name !== 'extra').map(([name, sign]) =>
      h('span', { class: `sign is-${name}` }, h('b', { 'aria-hidden': 'true' }, sign), words.states[/** @type {'sent'} */ (name)]))),
    figures(state, act, month),
  ];
}

/** @param {State} state @param {string} day @param {Set<string>} due */
function stateOf(state, day, due) {
  const record = state.days[day];
  if (record?.draft) return record.draft.standing === 'waiting' ? 'waiting' : 'check';
  const report = contentOf(record);
  if (report) return report['absence'] ? 'absent' : 'sent';
  return due.has(day) ? 'missing' : 'none';
}

/** @param {State} state @param {string} month @param {Set<string>} due */
function table(state, month, due) {
  const { words, language } = state;
  const days = daysOf(month);
  /** @type {(string | null)[]} */
  const cells = [...Array(weekday(days[0] ?? '')).fill(null), ...days];
  while (cells.length % 7 > 0) cells.push(null);
  const weeks = Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
  const cell = (/** @type {string | null} */ day) => {
    if (!day) return h('td', null);
    const name = stateOf(state, day, due);
    const count = contentOf(state.days[day])?.['interventions']?.length ?? 0;
    const said = `${longDay(language, day)}, ${words.states[name]}${count ? `, ${words.countInterventions(count)}` : ''}`;
    return h('td', null, h('a', {
      class: `cell is-${name}`, href: `/app/jour/${day}`, 'aria-current': day === state.today ? 'date' : null, 'data-day': day,
    }, h('span', { 'aria-hidden': 'true' }, Number(day.slice(8))), h('b', { 'aria-hidden': 'true' }, SIGNS[name]), h('span', { class: 'unseen' }, said)));
  };
  return h('table', { class: 'month', key: month, onkeydown: arrows },
    h('caption', { class: 'unseen' }, monthName(language, month)),
    h('thead', null, h('tr', null, [0, 1, 2, 3, 4, 5, 6].map((index) => h('th', { scope: 'col' }, weekdayName(language, `2024-01-0${index + 1}`))))),
    h('tbody', null, weeks.map((week) => h('tr', null, week.map(cell)))));
}

const STEPS = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 });

/** Arrows go from day to day. @param {KeyboardEvent} event */
function arrows(event) {
  const step = STEPS[event.key];
  const at = document.activeElement;
  if (step === undefined || !(at instanceof HTMLElement) || !at.dataset['day']) return;
  const all = [.../** @type {HTMLElement} */ (event.currentTarget).querySelectorAll('a')];
  all[all.indexOf(/** @type {HTMLAnchorElement} */ (at)) + step]?.focus();
  event.preventDefault();
}

/** @param {State} state @param {Act} act @param {string} month */
function figures(state, act, month) {
  const { words, language, facts } = state;
  const known = facts.annexes?.[month];
  if (month > monthOf(state.today)) return null;
  if (state.page['asked'] !== month) {
    queueMicrotask(() => {
      act.page({ asked: month });
      void fetchFigures(act, month);
    });
  }
  const content = known
    ? [h('p', { class: 'hint' }, words.figuresAt(`${plainDay(language, known.at.slice(0, 10))}, ${hour(language, known.at)}`)),
      h('table', { class: 'figures' },
        h('thead', { class: 'unseen' }, h('tr', null, h('th', { scope: 'col' }, words.figure), h('th', { scope: 'col' }, words.total))),
        h('tbody', null, known.body.rows.map((/** @type {Schemas['StatisticsRow']} */ row) =>
          h('tr', { key: row.id }, h('th', { scope: 'row' }, row.label), h('td', null, row.unit === 'minutes' ? duration(row.total) : number(language, row.total))))))]
    : h('p', { class: 'hint' }, state.page['failed'] ? words.figuresNeedNetwork : words.loading);
  return h('section', { key: 'figures', class: 'stack' }, h('h2', null, words.ownAnnex), content);
}

/** @param {Act} act @param {string} month */
async function fetchFigures(act, month) {
  const told = await ask('GET', `/v1/statistics/monthly?from=${month}&to=${month}`).catch(() => null);
  if (told?.status !== 200) return act.page({ failed: true });
  const device = act.opened();
  const { annexes } = await device.facts();
  await act.careful(() => device.keep({ annexes: { ...annexes, [month]: { at: new Date().toISOString(), body: told.body } } }));
  await act.changed();
}

export { mois };
