/**
 * The rules of a report, checked before it leaves the device. They are the service's own (`src/domain/`), to which these are
 * held by `tests/web/rules.json`; the closed lists come from the service.
 */

import { DURATION_MAX, NOTE_MAX, PARTICIPANTS_MAX, PLACE_NAME_MAX, THEMES_MAX } from './intervention.js';
import { INTERVENTIONS_MAX, trimmed } from './merge.js';

/** @typedef {{pointer: string, code: string}} Fault */
/** The codes of each closed list, by its name in the nomenclature. @typedef {Record<string, {code: string}[]>} Lists */

/** The fields that count people by group. */
const COUNTS = /** @type {const} */ (['age_groups', 'genders', 'situations', 'follow_ups']);
/** How many unknown codes of one field are named at the most. */
const UNKNOWN_NAMED = 20;
/** The longest title and name of a procedure. */
const NAME_MAX = 200;
const RESIDENCES_MAX = 100;
const TAGS_MAX = 20;
/** What only the colleague says who reports the people. */
const OF_PEOPLE = ['recurring_participants', ...COUNTS, 'residences', 'referred_by_social_worker', 'first_visit_accompanied', 'referral_id'];
const COMMUNE = /^(\d\d|2A|2B)\d{3}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const CONTROL = /[\0-\t\v-\x1f\x7f-\x9f]/;

/**
 * Everything that is wrong with a report, as the service finds it; the order of faults is not that of the service.
 * @param {Record<string, any>} report
 * @param {Lists} lists
 * @returns {Fault[]}
 */
export function faults(report, lists) {
  /** @type {Fault[]} */
  const found = [];
  const note = (/** @type {string} */ pointer, /** @type {string} */ code) => found.push({ pointer, code });
  const interventions = report['interventions'] ?? [];
  const absent = trimmed(report['absence'] ?? '');
  if (absent && !known(lists, 'absences', absent)) note('/absence', 'unknown_code');
  checkText(report['note'], NOTE_MAX, '/note', note);
  if (absent && interventions.length > 0) note('/interventions', 'not_allowed_here');
  if (interventions.length > INTERVENTIONS_MAX) note('/interventions', 'too_many');
  else {
    const named = new Set();
    interventions.forEach((/** @type {any} */ one, /** @type {number} */ index) => {
      const at = `/interventions/${index}`;
      const id = UUID.test(one.id ?? '') ? one.id.toLowerCase() : null;
      if (id && named.has(id)) note(`${at}/id`, 'duplicate');
      named.add(id);
      check(one, at, lists, note);
    });
  }
  return found;
}

/** @typedef {(pointer: string, code: string) => void} Note */

/** @param {Lists} lists @param {string} list @param {string} code */
const known = (lists, list, code) => (lists[list] ?? []).some((entry) => entry.code === code);

/** @param {any} one @param {string} at @param {Lists} lists @param {Note} note */
function check(one, at, lists, note) {
  if (one.id !== undefined && !UUID.test(one.id)) note(`${at}/id`, 'invalid_uuid');
  for (const [field, list] of [['kind', 'kinds'], ['setting', 'settings']]) {
    if (!known(lists, list ?? '', one[field ?? ''])) note(`${at}/${field}`, 'unknown_code');
  }
  const principle = trimmed(one.principle ?? '');
  if (principle && !known(lists, 'principles', principle)) note(`${at}/principle`, 'unknown_code');
  const commune = trimmed(one.commune_code ?? '');
  if (commune && !COMMUNE.test(commune)) note(`${at}/commune_code`, 'invalid_commune');
  checkText(one.place_name, PLACE_NAME_MAX, `${at}/place_name`, note);
  checkSet(one.themes ?? [], 1, THEMES_MAX, 'themes', at, lists, note);
  for (const name of COUNTS) {
    const unknown = Object.keys(one[name] ?? {}).filter((code) => !known(lists, name, code));
    for (const code of unknown.sort(byCodePoints).slice(0, UNKNOWN_NAMED)) note(`${at}/${name}/${token(code)}`, 'unknown_code');
  }
  const redirections = lists['redirected_to']?.length ?? 0;
  const redirected = checkSet(one.redirected_to ?? [], 0, redirections, 'redirected_to', at, lists, note);
  checkPractice(one, at, lists, note);
  checkText(one.note, NOTE_MAX, `${at}/note`, note);
  if (!inside(one.duration_minutes, 1, DURATION_MAX)) note(`${at}/duration_minutes`, 'out_of_range');
  if (one.assisting) {
    if (one.participants) note(`${at}/participants`, 'out_of_range');
    for (const field of OF_PEOPLE) if (said(one, field, lists)) note(`${at}/${field}`, 'not_allowed_here');
    if (redirected) note(`${at}/redirected_to`, 'not_allowed_here');
    return;
  }
  checkPeople(one, at, lists, note);
  if (redirected && !((one.follow_ups?.redirected ?? 0) >= 1)) note(`${at}/redirected_to`, 'not_allowed_here');
  if (one.first_visit_accompanied && !one.referred_by_social_worker) note(`${at}/first_visit_accompanied`, 'not_allowed_here');
}

/** Whether something is said of people; by a code or an identifier that is none, nothing is. @param {any} one @param {string} field @param {Lists} lists */
function said(one, field, lists) {
  const value = one[field];
  if (field === 'referral_id') return UUID.test(value ?? '');
  if (!value || typeof value !== 'object') return Boolean(value);
  const parts = Object.entries(value);
  if (field === 'residences') return parts.length <= RESIDENCES_MAX && parts.some(([code, people]) => COMMUNE.test(code) && people !== 0);
  return parts.some(([code, people]) => known(lists, field, code) && people !== 0);
}

/** What the national form asks, and what an intervention names. @param {any} one @param {string} at @param {Lists} lists @param {Note} note */
function checkPractice(one, at, lists, note) {
  checkSet(one.equipment ?? [], 0, lists['equipment']?.length ?? 0, 'equipment', at, lists, note);
  for (const [field, list] of [['autonomy', 'autonomies'], ['level', 'levels']]) {
    const code = trimmed(one[field ?? ''] ?? '');
    if (code && !known(lists, list ?? '', code)) note(`${at}/${field}`, 'unknown_code');
  }
  checkText(one.title, NAME_MAX, `${at}/title`, note);
  checkText(one.procedure, NAME_MAX, `${at}/procedure`, note);
  const procedures = (one.themes ?? []).some((/** @type {string} */ code) => code === 'administrative_procedures' || code.startsWith('procedure_'));
  if (trimmed(one.procedure ?? '') && !procedures) note(`${at}/procedure`, 'not_allowed_here');
  const residences = Object.entries(one.residences ?? {});
  if (residences.length > RESIDENCES_MAX) note(`${at}/residences`, 'too_many');
  else for (const [code] of residences) if (!COMMUNE.test(code)) note(`${at}/residences/${token(code)}`, 'invalid_commune');
  for (const field of ['place_id', 'partner_id', 'planned_session_id', 'workshop_id', 'referral_id']) if (one[field] !== undefined && !UUID.test(one[field])) note(`${at}/${field}`, 'invalid_uuid');
  const tags = one.tags ?? [];
  if (tags.length > TAGS_MAX) note(`${at}/tags`, 'too_many');
  else checkTags(tags, at, note);
}

/** @param {string[]} tags @param {string} at @param {Note} note */
function checkTags(tags, at, note) {
  const lower = tags.map((tag) => tag.toLowerCase());
  tags.forEach((tag, index) => {
    if (!UUID.test(tag)) note(`${at}/tags/${index}`, 'invalid_uuid');
    else if (lower.indexOf(lower[index] ?? '') < index) note(`${at}/tags/${index}`, 'duplicate');
  });
}

/** @param {unknown} value @param {number} least @param {number} most */
const inside = (value, least, most) => typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;

/** @param {any} one @param {string} at @param {Lists} lists @param {Note} note */
function checkPeople(one, at, lists, note) {
  const recurring = one.recurring_participants ?? 0;
  const counted = inside(one.participants, 1, PARTICIPANTS_MAX);
  if (!counted) note(`${at}/participants`, 'out_of_range');
  if (!inside(recurring, 0, PARTICIPANTS_MAX)) note(`${at}/recurring_participants`, 'out_of_range');
  else if (counted && recurring > one.participants) note(`${at}/recurring_participants`, 'exceeds_participants');
  for (const name of COUNTS) {
    let sum = 0;
    for (const { code } of lists[name] ?? []) {
      const people = one[name]?.[code] ?? 0;
      if (!inside(people, 0, PARTICIPANTS_MAX)) note(`${at}/${name}/${code}`, 'out_of_range');
      sum += people;
    }
    if (counted && sum > one.participants) note(`${at}/${name}`, 'sum_exceeds_participants');
  }
  const homes = Object.entries(one.residences ?? {}).filter(([code]) => COMMUNE.test(code));
  for (const [code, people] of homes) if (!inside(people, 0, PARTICIPANTS_MAX)) note(`${at}/residences/${code}`, 'out_of_range');
  if (counted && homes.length <= RESIDENCES_MAX && homes.reduce((sum, [, people]) => sum + Number(people), 0) > one.participants) {
    note(`${at}/residences`, 'sum_exceeds_participants');
  }
}

/** @param {unknown} text @param {number} most @param {string} at @param {Note} note */
function checkText(text, most, at, note) {
  if (typeof text !== 'string') return;
  const plain = trimmed(text).normalize('NFC');
  if (CONTROL.test(plain)) note(at, 'control_character');
  if ([...plain].length > most) note(at, 'too_long');
}

/**
 * @param {string[]} codes
 * @param {number} least
 * @param {number} most
 * @param {string} name
 * @param {string} at
 * @param {Lists} lists
 * @param {Note} note
 * @returns {boolean} whether the set has a code
 */
function checkSet(codes, least, most, name, at, lists, note) {
  if (codes.length < least) note(`${at}/${name}`, 'too_few');
  if (codes.length > most) note(`${at}/${name}`, 'too_many');
  if (codes.length < least || codes.length > most) return false;
  codes.forEach((code, index) => {
    if (!known(lists, name, code)) note(`${at}/${name}/${index}`, 'unknown_code');
    else if (codes.indexOf(code) < index) note(`${at}/${name}/${index}`, 'duplicate');
  });
  return codes.length > 0;
}

/** By code points, as the service's order of bytes is. @param {string} a @param {string} b */
function byCodePoints(a, b) {
  const [left, right] = [[...a], [...b]];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const step = (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? 0);
    if (step !== 0) return step;
  }
  return left.length - right.length;
}

/** A name as a reference token of a JSON pointer (RFC 6901, section 3). @param {string} name */
const token = (name) => name.replaceAll('~', '~0').replaceAll('/', '~1');
