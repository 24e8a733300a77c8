/**
 * Reports as values: their normal form, and how two changes of one report are merged. The same as
 * `examples/offline_client/merge.rs`, to which it is held by `tests/web/merges.json`.
 */

/** A day's report in its normal form; null where the day has none. @typedef {Record<string, any> | null} Content */

/** What the service adds to a report. */
const ADDED = ['advisor_id', 'date', 'version', 'received_at', 'updated_at', 'recorded_at', 'recorded_by'];
export const INTERVENTIONS_MAX = 100;
/** White space as Unicode has it; `trim` of this language differs in two characters. */
const SPACE = '[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const ENDS = new RegExp(`^${SPACE}|${SPACE}$`, 'g');

/** @param {string} text */
export const trimmed = (text) => text.replace(ENDS, '');

/**
 * A report without what the service adds and without empty fields, so that reports that say the same are equal.
 * @param {Record<string, any>} report
 * @returns {Record<string, any>}
 */
export function normal(report) {
  const said = withoutNothings(report);
  for (const name of ADDED) delete said[name];
  return said;
}

/** @param {any} value @returns {any} */
function withoutNothings(value) {
  if (typeof value === 'string') return trimmed(value);
  if (Array.isArray(value)) {
    const items = value.map(withoutNothings);
    // A list of codes, whose order says nothing.
    return items.every((item) => typeof item === 'string') ? items.sort(byText) : items;
  }
  if (value === null || typeof value !== 'object') return value;
  const fields = Object.entries(value).map(([name, part]) => [name, withoutNothings(part)]);
  return Object.fromEntries(fields.filter(([, part]) => !isNothing(part)));
}

/** @param {string} a @param {string} b */
const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** @param {any} value */
function isNothing(value) {
  if (!value) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Whether two values say the same; the order of fields makes no difference. @param {any} a @param {any} b @returns {boolean} */
export function same(a, b) {
  if (a === b) return true;
  if (!a || !b || typeof a !== 'object' || typeof b !== 'object' || Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => name in b && same(a[name], b[name]));
}

/**
 * Of two values the one that changed the base, or either where they agree; no value where both changed it, differently.
 * @param {any} base @param {any} mine @param {any} theirs
 * @returns {{value: any} | null}
 */
export function oneOf(base, mine, theirs) {
  if (same(mine, theirs) || same(theirs, base)) return { value: mine };
  return same(mine, base) ? { value: theirs } : null;
}

/** The names of the parts of a report, the interventions left out, in order. @param {...Content} reports */
export function namesOf(...reports) {
  const names = new Set(reports.flatMap((report) => Object.keys(report ?? {})));
  names.delete('interventions');
  return [...names].sort(byText);
}

/** @param {Content} report @returns {any[]} */
export const interventionsOf = (report) => report?.['interventions'] ?? [];

/**
 * Merges two changes of one base: a part that only one of them changed is as that one has it. Null where both changed the
 * same part: then somebody has to choose.
 * @param {Content} base @param {Content} mine @param {Content} theirs
 * @returns {{report: Content} | null}
 */
export function merge(base, mine, theirs) {
  const whole = oneOf(base, mine, theirs);
  if (whole) return { report: whole.value };
  // A deletion has no parts to merge.
  if (!mine || !theirs) return null;
  /** @type {Record<string, any>} */
  const merged = {};
  for (const name of namesOf(base, mine, theirs)) {
    const part = oneOf(base?.[name], mine[name], theirs[name]);
    if (!part) return null;
    if (part.value !== undefined) merged[name] = part.value;
  }
  const interventions = [];
  for (const one of interventionParts(base, mine, theirs)) {
    const part = oneOf(one.base, one.mine, one.theirs);
    if (!part) return null;
    if (part.value !== undefined) interventions.push(part.value);
  }
  if (interventions.length > INTERVENTIONS_MAX || (interventions.length > 0 && merged['absence'])) return null;
  if (interventions.length > 0) merged['interventions'] = interventions;
  return { report: merged };
}

/**
 * The interventions of both sides by identifier: those of `theirs` in their order, then those that only `mine` has.
 * @param {Content} base @param {Content} mine @param {Content} theirs
 * @returns {{id: string, base: any, mine: any, theirs: any}[]}
 */
export function interventionParts(base, mine, theirs) {
  const [ofBase, ofMine, ofTheirs] = [base, mine, theirs].map((report) => new Map(interventionsOf(report).map((one) => [one.id, one])));
  const ids = new Set([...(ofTheirs?.keys() ?? []), ...(ofMine?.keys() ?? [])]);
  return [...ids].map((id) => ({ id, base: ofBase?.get(id), mine: ofMine?.get(id), theirs: ofTheirs?.get(id) }));
}
