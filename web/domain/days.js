/** Civil days as texts, `2026-11-27`, and what today is in the organisation's zone. Nothing here reads a clock. */

/** @typedef {string} Day */

/** Monday first, as the service names them. */
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** The civil day at an instant in a zone. @param {string} zone @param {Date} instant @returns {Day} */
export function dayIn(zone, instant) {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return parts.format(instant);
}

/** Noon in UTC of a day: a `Date` for formats that are told UTC. @param {Day} day */
export const noon = (day) => new Date(`${day}T12:00:00Z`);

/** @param {Day} day @param {number} count @returns {Day} */
export function plus(day, count) {
  const date = noon(day);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}

/** How many days `to` comes after `from`. @param {Day} from @param {Day} to */
export const between = (from, to) => Math.round((noon(to).getTime() - noon(from).getTime()) / 86_400_000);

/** 0 for Monday. @param {Day} day */
export const weekday = (day) => (noon(day).getUTCDay() + 6) % 7;

/** @param {unknown} text @returns {text is Day} */
export function isDay(text) {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const date = noon(text);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text;
}

/** @param {unknown} text @returns {text is string} */
export const isMonth = (text) => typeof text === 'string' && isDay(`${text}-01`);

/** @param {Day} day */
export const monthOf = (day) => day.slice(0, 7);

/** @param {string} month @param {number} count */
export function plusMonths(month, count) {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const index = year * 12 + number - 1 + count;
  return `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}`;
}

/** @param {string} month @returns {Day[]} */
export function daysOf(month) {
  const days = [];
  for (let day = `${month}-01`; monthOf(day) === month; day = plus(day, 1)) days.push(day);
  return days;
}

/**
 * The days for which a report is due and not written on this device: those that the service named, and, until it is heard
 * again, the organisation's working days since then.
 * @param {{to: Day, items: Day[]} | null} told
 * @param {string[]} workingDays
 * @param {Day} today
 * @param {(day: Day) => boolean} reported
 * @returns {Day[]}
 */
export function missing(told, workingDays, today, reported) {
  if (!told) return [];
  const days = [...told.items];
  for (let day = plus(told.to, 1); day < today; day = plus(day, 1)) {
    if (workingDays.includes(WEEKDAYS[weekday(day)] ?? '') && !days.includes(day)) days.push(day);
  }
  return days.filter((day) => !reported(day)).sort();
}
