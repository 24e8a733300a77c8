/** What an intervention is called: its kind, where it was, what it was about. */

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
export const figuresOf = (state, one) => `${state.words.countPeople(one.participants)} · ${duration(one.duration_minutes)}`;

/** @param {State} state @param {any} one */
export const themesOf = (state, one) => (one.themes ?? []).map((/** @type {string} */ code) => labelOf(state, 'themes', code)).join(', ');

/** The days that have interventions, to learn from. @param {State} state */
export function written(state) {
  return Object.values(state.days).flatMap((day) => {
    const report = day.draft ? day.draft.report : day.report;
    return report?.['interventions'] ? [{ date: day.date, interventions: report['interventions'] }] : [];
  });
}
