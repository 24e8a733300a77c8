/** An intervention while somebody types it: five answers, the rest folded. */

import { contentOf } from '../device/device.js';
import { monthOf } from '../domain/days.js';
import { DURATION_MAX, PARTICIPANTS_MAX } from '../domain/intervention.js';
import { whereOf } from '../domain/suggestions.js';
import { check, chips, icon, stepper } from '../parts/fields.js';
import { knowsField, learntOf, optionsOf, placeOf } from '../parts/labels.js';
import { banner, summary } from '../parts/sheet.js';
import { h } from '../parts/tree.js';
import { duration, hour, longDay, number } from '../words/format.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */

const KINDS = ['workshop', 'individual', 'one_off'];
/** What is rarely asked for comes when it is. @type {{details?: typeof import('./details.js').details, place?: typeof import('./place.js').place}} */
const later = {};

/** @param {Act} act */
async function fetchLater(act) {
  const [{ details }, { place }] = await Promise.all([import('./details.js'), import('./place.js'), act.hooks.words()]);
  Object.assign(later, { details, place });
  act.set({});
}

/** @param {State} state @param {Act} act */
export function intervention(state, act) {
  const { date, id, query } = state.route;
  const { words, language } = state;
  if (!date || !id) return null;
  if (!state.form) {
    const found = open(state, act, date, id, query['type'] ?? '');
    if (!found) return [h('h1', { tabindex: '-1' }, words.gone), h('a', { class: 'button', href: `/app/jour/${date}` }, words.back)];
    return null;
  }
  const { form } = state;
  const offer = learntOf(state, date, form.kind);
  const commit = () => void act.commit();
  return h('form', {
    class: 'form', key: form.key, novalidate: true,
    onsubmit: (event) => { event.preventDefault(); commit(); },
    onkeydown: (event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) commit(); },
  },
  h('div', { class: 'form-head' },
    h('a', { class: 'quiet', href: `/app/jour/${date}`, 'aria-label': words.back }, icon('left')),
    h('div', null, h('h1', { tabindex: '-1' }, words.kindTitles[/** @type {'workshop'} */ (form.kind)]), h('p', { class: 'soft' }, longDay(language, date, state.today)))),
  form.restored && banner('info', h('p', null, words.restored(hour(language, form.at))),
    h('button', { type: 'button', onclick: () => void act.dropForm(form.key) }, words.startOver)),
  date !== state.today && form.touched && !form.id && h('p', { class: 'hint', key: 'dated' }, words.datedOn(longDay(language, date, state.today))),
  state.faults.length > 0 && summary(words.faultsTitle(state.faults.length), state.faults.map((fault) => ({ id: fieldOf(fault.pointer), text: faultText(state, fault) }))),
  people(state, act, form, offer.participants),
  durations(state, act, form, offer.durations),
  places(state, act, form, offer.places),
  themes(state, act, form, offer.themes),
  h('details', { class: 'others', key: 'details', ontoggle: (event) => act.page({ details: /** @type {HTMLDetailsElement} */ (event.currentTarget).open }) },
    h('summary', null, icon('dots'), words.details),
    state.page['details'] && (later.details?.(state, act, form) ?? waitFor(act))),
  h('div', { class: 'dock', key: 'dock' },
    form.id && h('button', { type: 'button', class: 'danger', onclick: () => void act.removeIntervention(date, form.id ?? '') }, words.remove),
    h('button', { type: 'submit', class: 'main' }, form.id ? words.save : words.add)));
}

/** @param {Act} act */
function waitFor(act) {
  void fetchLater(act);
  return null;
}

/** Opens the form that the address names. @param {State} state @param {Act} act @param {string} date @param {string} id @param {string} kind */
function open(state, act, date, id, kind) {
  const closed = state.facts.months?.some((month) => month.month === monthOf(date) && month.status === 'closed');
  if (closed || date > state.today) return false;
  if (id === 'nouvelle' && KINDS.includes(kind)) {
    queueMicrotask(() => act.openNew(date, kind, learntOf(state, date, kind).start, state.route.query['seance']));
    return true;
  }
  const one = contentOf(state.days[date])?.['interventions']?.find((/** @type {any} */ other) => other.id === id);
  if (one) queueMicrotask(() => act.openOld(date, one));
  return Boolean(one);
}

/** The identifier of the field of a fault. @param {string} pointer */
const fieldOf = (pointer) => pointer.split('/')[1] ?? '';

/** @param {State} state @param {import('../domain/rules.js').Fault} fault */
function faultText(state, fault) {
  const { words, form } = state;
  const field = fieldOf(fault.pointer);
  if (field in words.lacking && !form?.fields[field]?.length && !(form?.fields[field] > 0)) return words.lacking[/** @type {'themes'} */ (field)];
  return words.faults[/** @type {'too_few'} */ (fault.code)] ?? words.faultOther;
}

/** The words about a field: of what was found here, or of what the service refused. @param {State} state @param {string} field */
export function faultAt(state, field) {
  const found = state.faults.find((fault) => fieldOf(fault.pointer) === field);
  if (found) return faultText(state, found);
  const { form } = state;
  const draft = form?.id && !form.touched ? state.days[form.date]?.draft : null;
  const index = draft?.report?.['interventions']?.findIndex((/** @type {any} */ one) => one.id === form?.id);
  return draft?.problem?.errors?.find((/** @type {any} */ fault) => fault.pointer?.includes(`/interventions/${index}/${field}`))?.detail;
}

/** @param {State} state @param {Act} act @param {import('../domain/form.js').Form} form @param {number[]} offered */
function people(state, act, form, offered) {
  const { words, language } = state;
  const { participants, recurring_participants: recurring } = form.fields;
  const one = form.kind === 'individual' && participants === 1;
  const assisting = form.fields['assisting'] ?? false;
  const beside = knowsField(state) && check('assisting', words.assisting, assisting, (yes) => act.edit({ assisting: yes }), assisting ? words.assistingHint : '');
  if (assisting) return h('div', { class: 'group', key: 'people' }, beside);
  return h('div', { class: 'group', key: 'people' },
    stepper({
      id: 'participants', label: form.kind === 'workshop' ? words.participants : words.helped, value: participants, least: 1, most: PARTICIPANTS_MAX,
      less: words.less, more: words.more, fault: faultAt(state, 'participants'), onchange: (value) => act.edit({ participants: value }),
    }),
    offered.length > 0 && h('div', { class: 'choices quick' }, offered.map((count) =>
      h('button', { type: 'button', class: 'chip-button', key: count, 'aria-pressed': participants === count ? 'true' : 'false', onclick: () => act.edit({ participants: count }) }, number(language, count)))),
    one
      ? check('recurring_participants', words.recurringOne, recurring === 1, (yes) => act.edit({ recurring_participants: yes ? 1 : 0 }))
      : stepper({
        id: 'recurring_participants', label: words.recurring, value: recurring ?? 0, least: 0, most: participants ?? PARTICIPANTS_MAX,
        less: words.less, more: words.more, fault: faultAt(state, 'recurring_participants'), onchange: (value) => act.edit({ recurring_participants: value }),
      }),
    beside);
}

/** @param {State} state @param {Act} act @param {import('../domain/form.js').Form} form @param {number[]} offered */
function durations(state, act, form, offered) {
  const { words } = state;
  const minutes = form.fields['duration_minutes'];
  const other = state.page['duration'] || (minutes !== undefined && !offered.includes(minutes));
  const field = (/** @type {string} */ id, /** @type {string} */ label, /** @type {number} */ value, /** @type {number} */ most, /** @type {(value: number) => number} */ of) =>
    stepper({ id, label, value, least: 0, most, less: words.less, more: words.more, onchange: (to) => act.edit({ duration_minutes: Math.min(DURATION_MAX, of(to)) }) });
  const [hours, rest] = [Math.floor((minutes ?? 0) / 60), (minutes ?? 0) % 60];
  return h('div', { class: 'group', key: 'duration' },
    chips({
      id: 'duration_minutes', label: words.duration, value: other ? 'other' : String(minutes ?? ''), fault: faultAt(state, 'duration_minutes'),
      options: [...offered.map((value) => ({ value: String(value), label: duration(value) })), { value: 'other', label: words.other }],
      onchange: (value) => {
        act.page({ duration: value === 'other' });
        if (value !== 'other') act.edit({ duration_minutes: Number(value) });
      },
    }),
    other && h('div', { class: 'pair' }, field('hours', words.hours, hours, 24, (to) => to * 60 + rest), field('minutes', words.minutes, rest, 59, (to) => hours * 60 + to)));
}

/** @param {State} state @param {Act} act @param {import('../domain/form.js').Form} form @param {import('../domain/suggestions.js').Where[]} offered */
function places(state, act, form, offered) {
  const { words } = state;
  const here = JSON.stringify(whereOf(form.fields));
  const all = offered.some((where) => JSON.stringify(where) === here) || !form.fields['setting'] || state.page['place'] ? offered : [whereOf(form.fields), ...offered];
  // Who has no place yet says one here, and goes on here once it is said.
  const other = state.page['place'] ?? offered.length === 0;
  return h('div', { class: 'group', key: 'place' },
    chips({
      id: 'setting', label: words.place, value: other ? 'other' : here, fault: faultAt(state, 'setting') ?? faultAt(state, 'place_name') ?? faultAt(state, 'commune_code'),
      options: [...all.map((where) => ({ value: JSON.stringify(where), label: placeOf(state, where) })), { value: 'other', label: words.otherPlace }],
      onchange: (value) => {
        act.page({ place: value === 'other' });
        if (value !== 'other') act.edit({ place_name: undefined, commune_code: undefined, place_id: undefined, ...JSON.parse(value) });
      },
    }),
    other && (later.place?.(state, act, form) ?? waitFor(act)));
}

/** @param {State} state @param {Act} act @param {import('../domain/form.js').Form} form @param {string[]} offered */
function themes(state, act, form, offered) {
  const { words } = state;
  /** @type {string[]} */
  const value = form.fields['themes'] ?? [];
  const options = optionsOf(state, 'themes');
  const shown = state.page['themes'] ? options : options.filter((option) => offered.includes(option.value) || value.includes(option.value));
  // The learnt order, until all are asked for.
  const rank = (/** @type {string} */ code) => (offered.indexOf(code) + offered.length + 1) % (offered.length + 1) + (offered.includes(code) ? 0 : offered.length);
  const sorted = state.page['themes'] ? shown : shown.toSorted((a, b) => rank(a.value) - rank(b.value));
  return h('div', { class: 'group', key: 'themes' },
    chips({ id: 'themes', label: words.themes, options: sorted, value, fault: faultAt(state, 'themes'), onchange: (codes) => act.edit({ themes: codes }) },
      !state.page['themes'] && h('button', { type: 'button', class: 'chip-button', key: 'all', onclick: () => act.page({ themes: true }) }, words.allThemes)));
}
