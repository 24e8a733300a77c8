/** What two versions of a day differ in, and what becomes of the day when somebody has chosen. */

import { INTERVENTIONS_MAX, interventionParts, merge, namesOf, oneOf, same } from './merge.js';

/** @typedef {import('./merge.js').Content} Content */
/** @typedef {'mine' | 'theirs'} Side */
/**
 * A part of a day on which both sides differ and that neither of them settles.
 * @typedef {object} Part
 * @property {string} key `day` (the whole day), the name of a field of the report, or the identifier of an intervention
 * @property {any} mine undefined where this side does not have it
 * @property {any} theirs
 * @property {string[]} fields the fields in which they differ
 */

/**
 * The parts that somebody has to choose; none where the day merges by itself.
 * @param {Content} base @param {Content} mine @param {Content} theirs
 * @returns {Part[]}
 */
export function differences(base, mine, theirs) {
  if (merge(base, mine, theirs)) return [];
  const whole = [{ key: 'day', mine: mine ?? undefined, theirs: theirs ?? undefined, fields: [] }];
  if (!mine || !theirs) return whole;
  /** @type {Part[]} */
  const parts = [];
  for (const name of namesOf(base, mine, theirs)) {
    if (!oneOf(base?.[name], mine[name], theirs[name])) parts.push({ key: name, mine: mine[name], theirs: theirs[name], fields: [name] });
  }
  for (const one of interventionParts(base, mine, theirs)) {
    if (!oneOf(one.base, one.mine, one.theirs)) {
      parts.push({ key: one.id, mine: one.mine, theirs: one.theirs, fields: fieldsOf(one.mine, one.theirs) });
    }
  }
  // Parts that fit one by one and not together, such as an absence and interventions: the whole day is the choice.
  const apart = [/** @type {const} */ ('mine'), /** @type {const} */ ('theirs')].every((side) => {
    const sides = Object.fromEntries(parts.map((part) => [part.key, side]));
    return possible(assembled(base, mine, theirs, sides));
  });
  return apart && parts.length > 0 ? parts : whole;
}

/** @param {any} mine @param {any} theirs @returns {string[]} */
function fieldsOf(mine, theirs) {
  if (!mine || !theirs) return [];
  return [...new Set([...Object.keys(mine), ...Object.keys(theirs)])].filter((name) => !same(mine[name], theirs[name]));
}

/**
 * The day as it was chosen. Null where a choice is lacking, or what was chosen does not go together.
 * @param {Content} base @param {Content} mine @param {Content} theirs
 * @param {Record<string, Side>} choices by the parts' keys
 * @returns {{report: Content} | null}
 */
export function chosen(base, mine, theirs, choices) {
  const parts = differences(base, mine, theirs);
  if (parts.some((part) => !choices[part.key])) return null;
  if (parts[0]?.key === 'day') return { report: choices['day'] === 'mine' ? mine : theirs };
  const report = assembled(base, mine ?? {}, theirs ?? {}, choices);
  return possible(report) ? { report } : null;
}

/** @param {Content} base @param {Record<string, any>} mine @param {Record<string, any>} theirs @param {Record<string, Side>} choices */
function assembled(base, mine, theirs, choices) {
  /** @type {Record<string, any>} */
  const report = {};
  for (const name of namesOf(base, mine, theirs)) {
    const part = oneOf(base?.[name], mine[name], theirs[name]);
    const value = part ? part.value : (choices[name] === 'mine' ? mine : theirs)[name];
    if (value !== undefined) report[name] = value;
  }
  const interventions = interventionParts(base, mine, theirs).map((one) => {
    const part = oneOf(one.base, one.mine, one.theirs);
    return part ? part.value : one[choices[one.id] ?? 'theirs'];
  });
  const kept = interventions.filter((one) => one !== undefined);
  if (kept.length > 0) report['interventions'] = kept;
  return report;
}

/** @param {Record<string, any>} report */
function possible(report) {
  const interventions = report['interventions'] ?? [];
  return interventions.length <= INTERVENTIONS_MAX && !(report['absence'] && interventions.length > 0);
}
