/** A day: what was done, what is likely to be done again, what is missing. */

import { DAYS_KEPT, contentOf } from '../device/device.js';
import { missing, monthOf, plus } from '../domain/days.js';
import { totals } from '../domain/intervention.js';
import { icon, text, valueOf } from '../parts/fields.js';
import { figuresOf, kindOf, labelOf, optionsOf, placeOf, repeatsOf, themesOf, written } from '../parts/labels.js';
import { banner } from '../parts/sheet.js';
import { h } from '../parts/tree.js';
import { capital, duration, hour, longDay, monthName, plainDay, shortDay } from '../words/format.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
/** @typedef {import('../parts/tree.js').Nested} Nested */

const KINDS = /** @type {const} */ (['workshop', 'individual', 'one_off']);
const FIRST_DAY = '2020-01-01';
/** So many missing days are named; the rest is counted. */
const NAMED = 3;

/** What is planned comes when something is. @type {{planned?: typeof import('./planned.js').planned}} */
const later = {};

/** @param {State} state @param {Act} act @param {string} date */
function plannedOn(state, act, date) {
  const sessions = (state.facts.sessions ?? []).filter((session) => session.day === date && !session.cancelled);
  if (sessions.length === 0) return null;
  if (later.planned) return later.planned(state, act, date, sessions);
  void Promise.all([import('./planned.js'), act.hooks.words()]).then(([module]) => {
    Object.assign(later, module);
    act.set({});
  });
  return null;
}

/** @param {State} state @param {Act} act */
export function day(state, act) {
  const date = state.route.date ?? state.today;
  const record = state.days[date];
  const report = contentOf(record);
  const closing = state.facts.months?.find((month) => month.month === monthOf(date) && month.status === 'closed');
  const future = date > state.today;
  const writable = !closing && date >= FIRST_DAY;
  const known = record || date >= plus(state.today, -DAYS_KEPT) || date < FIRST_DAY || state.page[`fetched ${date}`];
  if (!known && state.page['fetching'] !== date) {
    queueMicrotask(() => {
      act.page({ fetching: date });
      void act.fetchDay(date);
    });
  }
  return [
    head(state, act, date),
    h('p', { class: 'standing', key: 'standing' }, standing(state, record)),
    banners(state, date, closing),
    !known && h('p', { class: 'hint', key: 'unknown' }, state.words.unknownDay, ' ', state.page[`fetched ${date}`] === false ? state.words.needsNetwork : state.words.loading),
    missingDays(state, date),
    writable && !report?.['absence'] && plannedOn(state, act, date),
    writable && !future && openForms(state, act, date),
    writable && !future && !report?.['absence'] && (date === state.today || !report?.['interventions']) && repeatCards(state, act, date),
    known && list(state, date, report),
    writable && known && others(state, act, date, report, future),
    writable && !future && !report?.['absence'] &&
      h('div', { class: 'dock', key: 'dock' }, KINDS.map((kind) =>
        h('a', { class: 'button main', href: `/app/jour/${date}/nouvelle?type=${kind}` }, icon('plus'), state.words.kinds[kind]))),
  ];
}

/** @param {State} state @param {Act} act @param {string} date */
function head(state, act, date) {
  const { words, language } = state;
  const step = (/** @type {number} */ by, /** @type {string} */ label, /** @type {string} */ symbol) =>
    h('a', { class: 'quiet', href: `/app/jour/${plus(date, by)}`, 'aria-label': `${label} : ${longDay(language, plus(date, by))}` }, icon(symbol));
  return h('div', { class: 'day-head', key: 'head' },
    step(-1, words.previousDay, 'left'),
    h('h1', { tabindex: '-1' }, capital(longDay(language, date, state.today))),
    step(1, words.nextDay, 'right'),
    h('span', { class: 'picker' },
      h('input', { type: 'date', id: 'day', value: date, min: FIRST_DAY, 'aria-label': words.pickDay, onchange: (event) => valueOf(event) && act.go(`/app/jour/${valueOf(event)}`) })));
}

/** Where the day is: sent, kept here, nowhere. @param {State} state @param {import('../device/device.js').Day | undefined} record */
function standing(state, record) {
  const { words, language } = state;
  if (record?.draft) return [icon('up'), record.draft.standing === 'waiting' ? `${words.kept} ${words.states.waiting}.` : words.states.check];
  if (!record?.report) return null;
  return [icon('check'), words.states.sent, record.told && ` · ${hour(language, record.told.at, state.facts.organisation?.time_zone)}`];
}

/** @param {State} state @param {string} date @param {Schemas['MonthRecord'] | undefined} closing @returns {Nested} */
function banners(state, date, closing) {
  const { words, language } = state;
  const draft = state.days[date]?.draft;
  const month = capital(monthName(language, monthOf(date)));
  return [
    closing && banner('info', h('p', null, words.closedMonth(month, plainDay(language, (closing.changed_at ?? date).slice(0, 10))))),
    draft?.standing === 'clash' && banner('warning', h('p', null, words.clashDay), h('a', { class: 'button', href: `/app/choisir/${date}` }, words.chooseNow)),
    draft?.standing === 'refused' && banner('warning', h('p', null, words.refusedDay), h('p', null, draft.problem?.detail ?? draft.problem?.title),
      h('ul', null, (draft.problem?.errors ?? []).map((/** @type {any} */ fault) => h('li', null, faultLink(state, date, fault)))),
      h('button', { type: 'button', onclick: () => dispatchEvent(new CustomEvent('quotidien-send', { detail: 'retry' })) }, words.sendAgain)),
    state.clockOff !== null && banner('warning', h('p', null, words.clockOff(state.clockOff))),
    state.sending.is === 'signed_out' && banner('warning', h('p', null, words.sessionEnded), h('a', { class: 'button', href: '/app/connexion' }, words.signIn)),
    date > state.today && h('p', { class: 'hint' }, words.futureDay),
    date < FIRST_DAY && h('p', { class: 'hint' }, words.tooEarly),
  ];
}

/** A fault that the service found, with the way to its intervention. @param {State} state @param {string} date @param {any} fault */
function faultLink(state, date, fault) {
  const index = /\/interventions\/(\d+)/.exec(fault.pointer ?? '')?.[1];
  const one = index === undefined ? null : contentOf(state.days[date])?.['interventions']?.[Number(index)];
  return one ? h('a', { href: `/app/jour/${date}/${one.id}` }, fault.detail) : fault.detail;
}

/** @param {State} state @param {string} date */
function missingDays(state, date) {
  const { words, facts, language } = state;
  const reported = (/** @type {string} */ one) => Boolean(contentOf(state.days[one]));
  const days = missing(facts.missing ?? null, facts.organisation?.working_days ?? [], state.today, reported).filter((one) => one !== date);
  if (days.length === 0) return null;
  const shown = days.slice(-NAMED);
  return h('nav', { class: 'due', key: 'missing', 'aria-label': words.missingDays(days.length) },
    h('p', null, words.missingDays(days.length)),
    h('ul', null,
      shown.map((one) => h('li', { key: one }, h('a', { class: 'tag', href: `/app/jour/${one}` }, shortDay(language, one, state.today)))),
      days.length > shown.length && h('li', null, h('a', { href: '/app/mois' }, words.missingMore(days.length - shown.length)))));
}

/** @param {State} state @param {Act} act @param {string} date */
function openForms(state, act, date) {
  const { words, language } = state;
  const forms = Object.values(state.forms).filter((form) => form.date === date);
  if (forms.length === 0) return null;
  return h('section', { key: 'forms', class: 'stack' }, h('h2', null, words.openForms), forms.map((form) =>
    h('div', { class: 'card row', key: form.key },
      h('p', null, h('strong', null, kindOf(state, form.kind)), ` ${words.unsavedAt(hour(language, form.at))}`),
      h('a', { class: 'button', href: `/app/jour/${date}/${form.id ?? `nouvelle?type=${form.kind}${form.session ? `&seance=${form.session.planned_session_id}` : ''}`}` }, words.resume),
      h('button', { type: 'button', class: 'quiet', onclick: () => void act.dropForm(form.key) }, words.discard))));
}

/** @param {State} state @param {Act} act @param {string} date */
function repeatCards(state, act, date) {
  const { words } = state;
  const likely = repeatsOf(state, date);
  if (likely.length === 0) return null;
  return h('section', { key: 'repeat', class: 'repeat' },
    h('h2', { id: 'repeter', tabindex: '-1' }, words.repeat),
    h('ul', { class: 'cards' }, likely.map((one) => h('li', { key: JSON.stringify(one) },
      h('button', { type: 'button', class: 'card', onclick: () => void act.repeatOne(date, one) },
        icon('repeat'),
        h('span', null,
          h('strong', null, `${kindOf(state, one['kind'])} · ${placeOf(state, one)}`),
          h('span', { class: 'soft' }, figuresOf(state, one)),
          h('span', { class: 'soft themes' }, themesOf(state, one))))))));
}

/** @param {State} state @param {string} date @param {any} report */
function list(state, date, report) {
  const { words } = state;
  const interventions = report?.interventions ?? [];
  if (report?.absence) return h('p', { class: 'empty', key: 'list' }, words.dayAbsent(labelOf(state, 'absences', report.absence).toLowerCase()));
  if (report && interventions.length === 0) return h('p', { class: 'empty', key: 'list' }, words.dayQuiet);
  if (interventions.length === 0) {
    if (date > state.today) return null;
    const first = written(state).length === 0;
    // Nothing was read on this device yet: what there is may be on its way.
    if (first && !state.facts.cursor && state.sending.is !== 'lost') return h('p', { class: 'empty', key: 'list' }, words.loading);
    return h('p', { class: 'empty', key: 'list' }, first ? words.emptyFirst : `${words.emptyDay} ${words.emptyHint}`);
  }
  const all = totals(interventions);
  const sum = `${words.countInterventions(interventions.length)} · ${words.countPeople(all.people)} · ${duration(all.minutes)}`;
  return h('section', { key: 'list', class: 'stack' },
    h('h2', { class: 'unseen' }, words.interventions),
    h('ul', { class: 'cards' }, interventions.map((/** @type {any} */ one) => h('li', { key: one.id },
      h('a', { class: `card line ${one.kind}`, href: `/app/jour/${date}/${one.id}` },
        h('span', null,
          h('strong', null, `${kindOf(state, one.kind)} · ${placeOf(state, one)}`),
          h('span', { class: 'soft' }, figuresOf(state, one)),
          h('span', { class: 'soft themes' }, themesOf(state, one))),
        icon('right'))))),
    h('p', { class: 'total' }, sum));
}

/** @param {State} state @param {Act} act @param {string} date @param {any} report @param {boolean} future */
function others(state, act, date, report, future) {
  const { words } = state;
  /** @typedef {import('../device/device.js').Content} Content */
  const set = (/** @type {(before: Content) => Content} */ work, /** @type {string} */ said) => () => void act.write(date, work, { said });
  const absent = (/** @type {string} */ absence) => (/** @type {Content} */ before) => (before?.['interventions'] ? before : { ...before, absence });
  const note = state.page['note'] ?? report?.note ?? '';
  // Of a day to come an absence is all there is to say.
  const made = (/** @type {HTMLElement} */ element) => element.toggleAttribute('open', future);
  return h('details', { class: 'others', key: `others ${date}`, made },
    h('summary', null, icon('dots'), words.otherActions),
    h('div', { class: 'stack' },
      !report && !future && h('button', { type: 'button', onclick: set((before) => before ?? {}, words.quietDone) }, words.quietDay),
      !report?.absence && !report?.interventions?.length && h('fieldset', { class: 'chips' }, h('legend', null, words.absent),
        h('div', { class: 'choices' }, optionsOf(state, 'absences').map((option) =>
          h('button', { type: 'button', key: option.value, onclick: set(absent(option.value), words.absentDone) }, option.label)))),
      report?.absence && h('button', { type: 'button', onclick: set(() => null, words.erased) }, words.comeBack),
      report && text({
        id: 'day-note', label: words.dayNote, hint: words.noteHint, rows: 3, maxlength: 2000, value: note,
        oninput: (value) => act.page({ note: value }),
      }),
      report && note !== (report.note ?? '') && h('button', { type: 'button', class: 'main', onclick: set((before) => ({ ...before, note }), words.saved) }, words.save),
      report && h('button', { type: 'button', class: 'danger', onclick: set(() => null, words.erased) }, words.eraseDay)));
}
