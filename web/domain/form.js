/** What somebody is typing: an intervention that is not yet one. A form is one record on the disk. */

import { normal } from './merge.js';

/** What only the colleague says who reports the people. */
const OF_PEOPLE = ['participants', 'recurring_participants', 'age_groups', 'genders', 'situations', 'follow_ups', 'redirected_to', 'residences', 'referred_by_social_worker', 'first_visit_accompanied', 'referral_id'];
/** Themes that are about an administrative procedure. */
export const PROCEDURE = /\b(administrative_procedures|procedure_)/;

/**
 * @typedef {object} Form
 * @property {string} key the day, then the intervention's identifier, or its kind while it is new
 * @property {string} date
 * @property {string | null} id null while it is new
 * @property {string} kind
 * @property {Record<string, any>} fields as in a report, complete or not
 * @property {string} at when it was last changed
 * @property {boolean} touched whether anything was changed since it was opened
 * @property {boolean} restored whether it was found on the disk
 * @property {any} [session] the planned session that it reports
 * @property {boolean} [proposes] whether its place is to be proposed to the coordination
 */

/** @param {string} date @param {string} kind @param {Record<string, any>} start @returns {Form} */
export const newForm = (date, kind, start) => ({
  key: `${date}/${kind}`, date, id: null, kind, fields: { ...start, kind }, at: '', touched: false, restored: false,
});

/** @param {string} date @param {any} one @returns {Form} */
export const formOf = (date, one) => ({
  key: `${date}/${one.id}`, date, id: one.id, kind: one.kind, fields: structuredClone(one), at: '', touched: false, restored: false,
});

/** The intervention that a form says; what depends on something that is not said is left out. @param {Form} form */
export function interventionOf(form) {
  const one = normal(form.fields);
  if (!one['follow_ups']?.redirected) delete one['redirected_to'];
  if (!one['referred_by_social_worker']) delete one['first_visit_accompanied'];
  // Who assists a colleague says nothing of the people.
  if (one['assisting']) for (const name of OF_PEOPLE) delete one[name];
  if (!PROCEDURE.test((one['themes'] ?? []).join(' '))) delete one['procedure'];
  // Left out because they are 0, and needed: the fault is theirs.
  for (const name of ['participants', 'duration_minutes']) one[name] ??= 0;
  return form.id ? { ...one, id: form.id } : one;
}

/** The place that a form proposes, under an identifier of the device's making; null where it proposes none. @param {Form} form @param {string} id */
export function proposalOf(form, id) {
  const { place_name: name, commune_code } = interventionOf(form);
  return form.proposes && name && commune_code ? { key: `place/${id}`, place_id: id, name, commune_code, status: 'proposed', unsent: true } : null;
}

/** The report of a day with an intervention put in its place, or at the end. @param {Record<string, any> | null} report @param {any} one */
export function withIntervention(report, one) {
  const interventions = [...(report?.['interventions'] ?? [])];
  const index = one.id ? interventions.findIndex((other) => other.id === one.id) : -1;
  if (index < 0) interventions.push(one);
  else interventions[index] = one;
  const { absence, ...rest } = report ?? {};
  return { ...rest, interventions };
}

/** @param {Record<string, any> | null} report @param {string} id */
export function withoutIntervention(report, id) {
  return { ...report, interventions: (report?.['interventions'] ?? []).filter((/** @type {any} */ one) => one.id !== id) };
}
