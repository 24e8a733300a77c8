/** What an intervention is called: its kind, where it was, what it was about. */

import { learnt, repeats } from '../domain/suggestions.js';
import { duration } from '../words/format.js';

/** @typedef {import('../store.js').State} State */

/** The label of a code of a closed list, as the service says it. @param {State} state @param {string} list @param {string} code */
export function labelOf(state, list, code) {
  const lists = /** @type {Record<string, Schemas['NomenclatureEntry'][]>} */ (state.facts.nomenclature ?? {});
  const entry = lists[list]?.find((one) => one.code === code);
  return entry?.[`label_${state.language}`] ?? code;
}

/** @param {State} state @param {string} list @returns {import('./fields.js').Option[]} */
export function optionsOf(state, list) {
  const lists = /** @type {Record<string, Schemas['NomenclatureEntry'][]>} */ (state.facts.nomenclature ?? {});
  return (lists[list] ?? []).map((entry) => ({ value: entry.code, label: entry[`label_${state.language}`] }));
}

/** @param {State} state @param {string | undefined} code */
export const communeOf = (state, code) => code && (state.facts.communes?.find((one) => one.code === code)?.name ?? code);

/** « Médiathèque Louise-Michel, Allonnes », or the setting where there is no name. @param {State} state @param {any} where */
export function placeOf(state, where) {
  const commune = communeOf(state, where.commune_code);
  const name = where.place_name ?? labelOf(state, 'settings', where.setting);
  return commune && !name.includes(commune) ? `${name}, ${commune}` : name;
}

/** @param {State} state @param {string} kind */
export const kindOf = (state, kind) => state.words.kinds[/** @type {'workshop'} */ (kind)] ?? kind;

/** « 9 personnes · 1 h 30 ». @param {State} state @param {any} one */
export const figuresOf = (state, one) => `${one.assisting ? state.words.assisting : state.words.countPeople(one.participants)} · ${duration(one.duration_minutes)}`;

/** Whether the service takes what interventions say of the field: one of before it does not. @param {State} state */
export const knowsField = (state) => Boolean(/** @type {any} */ (state.facts.nomenclature)?.equipment);

/** @param {State} state @param {any} one */
export const themesOf = (state, one) => (one.themes ?? []).map((/** @type {string} */ code) => labelOf(state, 'themes', code)).join(', ');

/** What was worked out of the days, until these change. @type {WeakMap<object, Map<string, any>>} */
const worked = new WeakMap();

/** @template T @param {State} state @param {string} name @param {() => T} work @returns {T} */
function once({ days }, name, work) {
  const known = worked.get(days) ?? new Map();
  worked.set(days, known);
  if (!known.has(name)) known.set(name, work());
  return known.get(name);
}

/** The days that have interventions, to learn from. @param {State} state @returns {import('../domain/suggestions.js').Written[]} */
export const written = (state) =>
  once(state, 'written', () =>
    Object.values(state.days).flatMap((day) => {
      const report = day.draft ? day.draft.report : day.report;
      return report?.['interventions'] ? [{ date: day.date, interventions: report['interventions'] }] : [];
    }));

/** @param {State} state @param {string} date */
export const repeatsOf = (state, date) => once(state, `repeats ${date}`, () => repeats(written(state), date));

/** @param {State} state @param {string} date @param {string} kind */
export function learntOf(state, date, kind) {
  const themes = optionsOf(state, 'themes').map((option) => option.value);
  return once(state, `learnt ${date} ${kind} ${themes.length}`, () => learnt(written(state), date, kind, themes));
}
