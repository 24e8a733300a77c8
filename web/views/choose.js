/** A day that changed here and elsewhere: what differs, side by side, nothing chosen beforehand. */

import { chosen, differences } from '../domain/difference.js';
import { dayIn } from '../domain/days.js';
import { figuresOf, kindOf, labelOf, optionsOf, placeOf, themesOf } from '../parts/labels.js';
import { banner } from '../parts/sheet.js';
import { h } from '../parts/tree.js';
import { hour, plainDay } from '../words/format.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
/** @typedef {import('../domain/difference.js').Part} Part */
const SIDES = /** @type {const} */ (['mine', 'theirs']);

/** @param {State} state @param {Act} act */
function choisir(state, act) {
  const { words, language } = state;
  const { date } = state.route;
  const day = date ? state.days[date] : undefined;
  const { draft } = day ?? {};
  if (!date || !day || draft?.standing !== 'clash') {
    return [h('h1', { tabindex: '-1' }, words.nothingToChoose), h('a', { class: 'button main', href: `/app/jour/${date ?? ''}` }, words.myDay)];
  }
  const parts = differences(draft.base, draft.report, day.report);
  /** @type {Record<string, any>} */
  const choices = state.page['choices'] ?? {};
  const whole = chosen(draft.base, draft.report, day.report, choices);
  const all = parts.every((part) => choices[part.key]);
  const keep = async () => {
    if (!whole) return;
    const goOn = act.goFromHere();
    const done = await act.opened().choose(date, day.version, whole.report);
    await act.changed();
    if (!done) return act.say(words.choiceMoved);
    act.say(words.choiceDone);
    dispatchEvent(new Event('quotidien-send'));
    goOn(`/app/jour/${date}`, { replace: true });
  };
  return h('form', { class: 'form', key: 'choose', onsubmit: (event) => { event.preventDefault(); void keep(); } },
    h('h1', { tabindex: '-1' }, words.changedElsewhere(plainDay(language, date))),
    h('p', { class: 'soft' }, day.told && words.atTime(day.told.by === state.facts.me?.account_id ? words.byDevice : words.byCoordination,
      when(state, day.told.at))),
    h('p', null, words.choicesLead),
    parts.map((part) => sides(state, act, part, choices)),
    all && !whole && banner('warning', h('p', null, words.notTogether)),
    h('div', { class: 'dock', key: 'dock' }, h('button', { type: 'submit', class: 'main', disabled: !whole }, words.keepChoices)));
}

/** @param {State} state @param {string} at */
function when(state, at) {
  const { words, language } = state;
  const zone = state.facts.organisation?.time_zone ?? 'Europe/Paris';
  const day = dayIn(zone, new Date(at));
  return words.dayAt(day === state.today ? words.today : plainDay(language, day), hour(language, at, zone));
}

/** @param {State} state @param {Act} act @param {Part} part @param {Record<string, any>} choices */
function sides(state, act, part, choices) {
  const { words } = state;
  const titles = /** @type {Record<string, string>} */ ({ day: words.wholeDay, note: words.dayNote, absence: words.absence });
  const either = part.mine ?? part.theirs;
  return h('fieldset', { class: 'sides', key: part.key },
    h('legend', null, titles[part.key] ?? kindOf(state, either?.kind)),
    SIDES.map((side) => h('label', { class: 'side', key: side },
      h('input', { type: 'radio', name: part.key, value: side, checked: choices[part.key] === side, onchange: () => act.page({ choices: { ...choices, [part.key]: side } }) }),
      h('span', null, h('strong', null, side === 'mine' ? words.here : words.there), content(state, part, side)))));
}

/** @param {State} state @param {Part} part @param {'mine' | 'theirs'} side */
function content(state, part, side) {
  const { words } = state;
  const value = part[side];
  if (value === undefined) return h('span', { class: 'gone' }, part.key === 'day' || part.key.length > 30 ? (side === 'mine' ? words.deletedHere : words.deletedThere) : words.nothing);
  if (part.key === 'absence') return h('span', null, labelOf(state, 'absences', value));
  if (typeof value === 'string') return h('span', null, value);
  if (part.key === 'day') {
    const lines = (value.interventions ?? []).map((/** @type {any} */ one) => `${kindOf(state, one.kind)} · ${placeOf(state, one)} · ${figuresOf(state, one)}`);
    if (value.absence) lines.push(words.dayAbsent(labelOf(state, 'absences', value.absence).toLowerCase()));
    if (value.note) lines.push(value.note);
    return h('ul', null, (lines.length ? lines : [words.dayQuiet]).map((/** @type {string} */ line) => h('li', null, line)));
  }
  return h('span', null, h('span', { class: 'soft' }, `${placeOf(state, value)} · ${figuresOf(state, value)}`),
    h('ul', null, part.fields.map((name) => h('li', { key: name }, h('mark', null, `${fieldName(state, name)} : ${fieldValue(state, name, value)}`)))));
}

/** @param {State} state @param {string} name */
function fieldName(state, name) {
  const { words } = state;
  const names = /** @type {Record<string, string>} */ ({
    participants: words.participants, recurring_participants: words.recurring, duration_minutes: words.duration, setting: words.setting, place_name: words.placeName, commune_code: words.commune,
    themes: words.themes, age_groups: words.ages, genders: words.genders, situations: words.situations, follow_ups: words.followUps, redirected_to: words.redirectedTo, principle: words.principle,
    referred_by_social_worker: words.referred, first_visit_accompanied: words.accompanied, note: words.note,
    assisting: words.assisting, equipment: words.equipment, level: words.level, autonomy: words.autonomy, title: words.workshopTitle, procedure: words.procedure, place_id: words.place,
  });
  return names[name] ?? name;
}

/** @param {State} state @param {string} name @param {any} one */
function fieldValue(state, name, one) {
  const value = one[name];
  if (value === undefined) return state.words.nothing;
  if (value === true) return state.words.yes;
  if (name === 'themes') return themesOf(state, one);
  if (Array.isArray(value)) return value.map((code) => labelOf(state, name, code)).join(', ');
  if (typeof value === 'object') return optionsOf(state, name).filter((option) => value[option.value]).map((option) => `${option.label} ${value[option.value]}`).join(', ');
  if (name === 'setting' || name === 'principle' || name === 'level') return labelOf(state, `${name}s`, value);
  if (name === 'autonomy') return labelOf(state, 'autonomies', value);
  if (name === 'place_id') return state.places.find((place) => place.place_id === value)?.name ?? value;
  return String(value);
}

export { choisir };
