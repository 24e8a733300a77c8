/** What is planned: month by month, who has how much of it, and what nobody has accounted for. */

import { monthOf, plus, plusMonths } from '../domain/days.js';
import { icon, text } from '../parts/fields.js';
import { h } from '../parts/tree.js';
import { capital, duration, longDay, monthName, plainDay } from '../words/format.js';
import { fieldWords, named } from './context.js';
import { bodyOf, select } from './form.js';
import { begin, cards, printer, unfinished } from './thing.js';
import { THINGS } from './things.js';
import { again, field, once, said, shown, tell, whole, wrong, write } from './told.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
/** @typedef {import('./context.js').Context} Context */
const YEAR_DAYS = 366;
const LINKS = '/v1/me/calendar-links';
const NEEDS = THINGS['seances']?.needs ?? [];

/** @param {State} state @param {Act} act */
export function calendar(state, act) {
  const words = fieldWords(state);
  const month = state.route.query['mois'] ?? monthOf(state.today);
  const [from, to] = [`${month}-01`, plus(`${plusMonths(month, 1)}-01`, -1)];
  const sessions = whole(`/v1/planned-sessions?from=${from}&to=${to}`);
  const unsaid = whole(`/v1/planned-sessions?from=${plus(state.today, -YEAR_DAYS)}&to=${plus(state.today, -1)}&unsaid=true`);
  const step = (/** @type {number} */ by, /** @type {string} */ label, /** @type {string} */ symbol) =>
    h('a', { class: 'quiet', href: `/app/seances?mois=${plusMonths(month, by)}`, 'aria-label': `${label} : ${monthName(state.language, plusMonths(month, by))}` }, icon(symbol));
  return [
    h('a', { class: 'quiet start', href: '/app/terrain' }, state.words.field),
    h('div', { class: 'day-head', key: 'head' }, step(-1, state.words.previousMonth, 'left'), h('h1', { tabindex: '-1' }, capital(monthName(state.language, month))), step(1, state.words.nextMonth, 'right')),
    wrong(state),
    unfinished(state, act, '/app/seances/'),
    h('div', { class: 'row', key: 'adding' },
      h('button', { type: 'button', class: 'main', onclick: () => begin(state, act, 'seances') }, words.things.seances.add), printer(state)),
    named(state, act, NEEDS, [unsaid, sessions], (ctx, open, planned) => [
      open.items.length > 0 && h('section', { class: 'stack', key: 'unsaid' }, h('h2', null, words.unsaid(open.items.length)),
        h('ul', { class: 'cards' }, open.items.map((/** @type {any} */ one) => h('li', { class: 'card row', key: one.planned_session_id },
          h('p', null, h('a', { href: `/app/seances/${one.planned_session_id}` }, THINGS['seances']?.title(one, ctx)), h('br'),
            h('span', { class: 'soft' }, THINGS['seances']?.told(one, ctx).filter(Boolean).join(' · '))), outcome(act, ctx, one, [unsaid, sessions]))))),
      days(state, act, ctx, planned.items),
    ]),
    workload(state, act, from, to),
    calendars(state, act),
  ];
}

/** Says what became of a session. @param {Act} act @param {Context} ctx @param {any} one @param {string[]} changed */
export function outcome(act, ctx, one, changed) {
  const path = `/v1/planned-sessions/${one.planned_session_id}`;
  const say = async (/** @type {string} */ what) => {
    const condition = /** @type {Record<string, string>} */ (one.version > 0 ? { 'If-Match': `"${one.version}"` } : { 'If-None-Match': '*' });
    const told = await tell('PUT', path, bodyOf(ctx, THINGS['seances']?.fields ?? [], { ...one, outcome: what }), condition);
    if (told.status > 299 || told.status < 200) return act.page({ wrong: told });
    again(act, changed);
    act.say(ctx.words.stored);
  };
  return h('div', { class: 'row', key: 'outcome' }, ctx.options('outcomes').map((option) =>
    h('button', { type: 'button', key: option.value, 'aria-pressed': String(one.outcome === option.value), onclick: () => void say(option.value) }, capital(option.label))));
}

/** @param {State} state @param {Act} act @param {Context} ctx @param {any[]} sessions */
function days(state, act, ctx, sessions) {
  const { words } = ctx;
  const only = state.page['whose'] ?? '';
  const own = sessions.filter((one) => !only || one.advisors.includes(only));
  const all = [...new Set(own.map((one) => one.day))];
  return h('section', { class: 'stack', key: 'days' },
    select({ id: 'whose', label: words.whose, value: only, options: ctx.refs('conseillers', []), change: (whose) => act.page({ whose }) }),
    all.length === 0 && h('p', { class: 'empty' }, words.things.seances.none),
    all.map((day) => h('div', { class: 'stack', key: day }, h('h2', null, capital(longDay(state.language, day, state.today))), cards(ctx, 'seances', own.filter((one) => one.day === day), (one) => `${ctx.hours(one)} · ${ctx.code('sessionKinds', one.kind)}`))));
}

/** Advisors by weeks. @param {State} state @param {Act} act @param {string} from @param {string} to */
function workload(state, act, from, to) {
  const words = fieldWords(state);
  return h('section', { class: 'stack', key: 'workload' }, h('h2', { id: 'workload' }, words.workload), shown(state, act, [`/v1/statistics/workload?from=${from}&to=${to}`], (/** @type {Schemas['WorkloadList']} */ { items }) =>
    h('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-labelledby': 'workload' }, h('table', { class: 'figures text' },
      h('thead', null, h('tr', null, h('th', { scope: 'col' }, said(state).advisor), (items[0]?.weeks ?? []).map((week) => h('th', { scope: 'col', key: week.week }, words.weekOf(plainDay(state.language, week.monday, state.today)))))),
      h('tbody', null, items.map((one) => h('tr', { key: one.advisor_id }, h('th', { scope: 'row' }, one.name),
        one.weeks.map((week) => h('td', { key: week.week, class: 'lines' }, words.load(week.sessions, duration(week.minutes), week.working_days - week.absent_days))))))))));
}

/** The addresses to which a calendar program subscribes. @param {State} state @param {Act} act */
function calendars(state, act) {
  const words = fieldWords(state);
  const board = said(state);
  const make = async () => {
    const made = await write(act, ['POST', LINKS, { name: (state.page['program'] ?? '').trim() }], '', [LINKS]);
    if (made) act.page({ link: `${location.origin}${made.path}`, program: '' });
  };
  return h('section', { class: 'stack unprinted', key: 'calendars' }, h('h2', null, words.calendars),
    state.page['link'] && once(state, act, board.shownOnce, state.page['link']),
    shown(state, act, [LINKS, '/v1/organisation'], (/** @type {Schemas['CalendarLinkList']} */ list, /** @type {Schemas['Organisation']} */ organisation) => [
      h('p', { class: 'hint' }, organisation.publishes && organisation.slug ? [`${words.publicCalendar} `, h('code', null, `${location.origin}/open/${organisation.slug}/calendar.ics`)] : words.noPublicCalendar),
      h('ul', { class: 'cards' }, list.items.map((link) => h('li', { class: 'card row', key: link.link_id }, h('p', null, h('strong', null, link.name)),
        h('button', { type: 'button', class: 'danger', onclick: () => void write(act, ['DELETE', `${LINKS}/${link.link_id}`], words.linkEnded, [LINKS]) }, board.revoke)))),
    ]),
    h('form', { class: 'stack', novalidate: true, onsubmit: (event) => { event.preventDefault(); void make(); } },
      text({ ...field(state, act, 'program'), label: words.program, maxlength: 100, required: true }),
      h('button', { type: 'submit' }, words.makeCalendar)));
}
