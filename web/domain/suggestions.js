/**
 * What an advisor is likely to write next, learnt on the device from the days that they wrote: weight halves every four weeks
 * and doubles on the same weekday. Pure: nothing is kept, nothing leaves the device.
 */

import { between, weekday } from './days.js';

/** @typedef {{date: string, interventions: any[]}} Written */
/** @typedef {{setting: string, place_name?: string, commune_code?: string, place_id?: string}} Where */

/** The days after which an intervention weighs half. */
const HALF_LIFE = 28;
/** What is offered before anything is learnt, by kind. */
const DURATIONS = /** @type {Record<string, number[]>} */ ({ workshop: [60, 90, 120, 180], individual: [15, 30, 45, 60], one_off: [5, 10, 15, 30] });
const PARTICIPANTS = /** @type {Record<string, number[]>} */ ({ workshop: [5, 8, 10, 12], individual: [], one_off: [1, 2, 3, 5] });
/** What a repetition takes over; notes, ages and who came before are of their day. */
const REPEATED = ['kind', 'participants', 'duration_minutes', 'setting', 'place_name', 'commune_code', 'place_id', 'themes', 'principle', 'assisting', 'partner_id', 'title', 'level', 'equipment'];

/** @param {string} written @param {string} date */
function weight(written, date) {
  const age = Math.abs(between(written, date));
  return 2 ** (-age / HALF_LIFE) * (weekday(written) === weekday(date) ? 2 : 1);
}

/**
 * Values by weight, the heaviest first; each with one of the interventions that have it.
 * @template T
 * @param {Written[]} days
 * @param {string} date
 * @param {(one: any) => T[]} valuesOf
 * @returns {{value: T, weight: number}[]}
 */
function ranked(days, date, valuesOf) {
  /** @type {Map<string, {value: T, weight: number}>} */
  const found = new Map();
  for (const day of days) {
    const heavy = weight(day.date, date);
    for (const value of day.interventions.flatMap(valuesOf)) {
      const key = JSON.stringify(value);
      const entry = found.get(key) ?? { value, weight: 0 };
      entry.weight += heavy;
      found.set(key, entry);
    }
  }
  return [...found.values()].sort((a, b) => b.weight - a.weight);
}

/** @param {any} one @returns {Record<string, any>} what a repetition of an intervention says */
export function repeated(one) {
  return Object.fromEntries(REPEATED.filter((name) => one[name] !== undefined).map((name) => [name, one[name]]));
}

/**
 * The likeliest interventions of a day, at most three, without those that stand in it already. One-off requests are quicker
 * to write than to find.
 * @param {Written[]} days
 * @param {string} date
 */
export function repeats(days, date) {
  const there = new Set((days.find((day) => day.date === date)?.interventions ?? []).map((one) => JSON.stringify(repeated(one))));
  // Once a day: what is done every Wednesday goes before what is done five times on one Thursday.
  const before = days.filter((day) => day.date !== date).map((day) => ({ ...day, interventions: distinct(day.interventions) }));
  const likely = ranked(before, date, (one) => (one.kind === 'one_off' ? [] : [repeated(one)]));
  return likely.map((entry) => entry.value).filter((value) => !there.has(JSON.stringify(value))).slice(0, 3);
}

/** @param {any[]} interventions */
const distinct = (interventions) => [...new Map(interventions.map((one) => [JSON.stringify(repeated(one)), one])).values()];

/** @param {Written[]} days @param {string} kind */
const ofKind = (days, kind) => days.map((day) => ({ ...day, interventions: day.interventions.filter((one) => one.kind === kind) }));

/** Learnt numbers, filled up with those that are usual. @param {{value: number}[]} learnt @param {number[]} usual @param {number} count */
function filled(learnt, usual, count) {
  const values = [...new Set([...learnt.map((entry) => entry.value).slice(0, count), ...usual])].slice(0, count);
  return values.sort((a, b) => a - b);
}

/** @param {any} one @returns {Where} */
export function whereOf(one) {
  const { setting, place_name, commune_code, place_id } = one;
  return JSON.parse(JSON.stringify({ setting, place_name, commune_code, place_id }));
}

/**
 * Each place once, in its order; of those that are called the same the one that is in the organisation's base.
 * @param {Where[]} all @returns {Where[]}
 */
function known(all) {
  /** @type {Map<string, Where>} */
  const found = new Map();
  for (const where of all) {
    const key = JSON.stringify({ ...where, place_id: undefined });
    if (!found.has(key) || where.place_id) found.set(key, found.get(key)?.place_id ? /** @type {Where} */ (found.get(key)) : where);
  }
  return [...found.values()];
}

/**
 * Everything that a form of a kind offers, and what it begins with.
 * @param {Written[]} days
 * @param {string} date
 * @param {string} kind
 * @param {string[]} themes all codes, in their order
 */
export function learnt(days, date, kind, themes) {
  const alike = ofKind(days, kind);
  const people = ranked(alike, date, (one) => (one.participants ? [one.participants] : []));
  const durations = ranked(alike, date, (one) => [one.duration_minutes]);
  const places = ranked(alike, date, (one) => [whereOf(one)]);
  const elsewhere = ranked(days, date, (one) => [whereOf(one)]);
  const likely = ranked(alike, date, (one) => one.themes ?? []).map((entry) => entry.value);
  const where = known([...places, ...elsewhere].map((entry) => entry.value));
  return {
    participants: filled(people, PARTICIPANTS[kind] ?? [], kind === 'individual' ? 0 : 4),
    durations: filled(durations, DURATIONS[kind] ?? [], 4),
    places: where.slice(0, 5),
    themes: [...new Set([...likely, ...themes])].slice(0, 8),
    start: {
      participants: kind === 'workshop' ? people[0]?.value : 1,
      duration_minutes: durations[0]?.value,
      ...(where[0] ?? {}),
    },
  };
}
