/** Days, hours and numbers as people write them, in French and English. */

import { noon } from '../domain/days.js';

/** @typedef {'fr' | 'en'} Language */

const LOCALES = { fr: 'fr-FR', en: 'en-GB' };
/** Formats are dear to make. @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {Language} language @param {Intl.DateTimeFormatOptions} options */
function formatOf(language, options) {
  const key = language + JSON.stringify(options);
  const made = formats.get(key) ?? new Intl.DateTimeFormat(LOCALES[language], options);
  formats.set(key, made);
  return made;
}

/** @param {Language} language @param {string} day @param {Intl.DateTimeFormatOptions} options */
function civil(language, day, options) {
  const text = formatOf(language, { timeZone: 'UTC', ...options }).format(noon(day));
  // The first of a month is written so in French.
  return language === 'fr' ? text.replace(/(^|\s)1(?=$|\s\p{L})/u, '$11er') : text;
}

/** « vendredi 27 novembre », with the year where it is not the one of today. @param {Language} language @param {string} day @param {string} [today] */
export function longDay(language, day, today = day) {
  const year = day.slice(0, 4) === today.slice(0, 4) ? undefined : /** @type {const} */ ('numeric');
  return civil(language, day, { weekday: 'long', day: 'numeric', month: 'long', year });
}

/** « mardi 24 », with the month where it is not the one of today. @param {Language} language @param {string} day @param {string} today */
export const shortDay = (language, day, today) => civil(language, day, { weekday: 'long', day: 'numeric', month: day.slice(0, 7) === today.slice(0, 7) ? undefined : 'long' });

/** « 5 mai », with the year where it is not the one of today. @param {Language} language @param {string} day @param {string} [today] */
export const plainDay = (language, day, today = day) =>
  civil(language, day, { day: 'numeric', month: 'long', year: day.slice(0, 4) === today.slice(0, 4) ? undefined : 'numeric' });

/** « 1er », of a month that is said already. @param {Language} language @param {string} day */
export const dayOfMonth = (language, day) => civil(language, day, { day: 'numeric' });

/** « novembre 2026 ». @param {Language} language @param {string} month */
export const monthName = (language, month) => civil(language, `${month}-15`, { month: 'long', year: 'numeric' });

/** « lun. ». @param {Language} language @param {string} day */
export const weekdayName = (language, day) => civil(language, day, { weekday: 'short' });

/** « 17 h 12 ». @param {Language} language @param {string} instant @param {string} [zone] */
export const hour = (language, instant, zone) => clock(language, formatOf(language, { hour: '2-digit', minute: '2-digit', timeZone: zone }).format(new Date(instant)));

/** « 9 h 30 », « 14 h ». @param {Language} language @param {string} time as machines write it */
export const clock = (language, time) => (language === 'fr' ? time.replace(/^0/, '').replace(':', '\u00a0h\u00a0').replace(/\u00a000$/, '') : time);

/** « 9 h 30 – 11 h ». @param {Language} language @param {{from: string, to: string}} of */
export const hours = (language, { from, to }) => `${clock(language, from)}\u00a0– ${clock(language, to)}`;

/** « 1 h 30 », « 45 min », in both languages. @param {number} minutes */
export function duration(minutes) {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return `${rest}\u00a0min`;
  const filled = rest > 0 ? `\u00a0${String(rest).padStart(2, '0')}` : '';
  return `${hours}\u00a0h${filled}`;
}

/** @param {Language} language @param {number} value */
export const number = (language, value) => new Intl.NumberFormat(LOCALES[language]).format(value);

/** Its first letter in upper case. @param {string} text */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** « a, b et c ». @param {Language} language @param {string[]} items */
export const list = (language, items) => new Intl.ListFormat(LOCALES[language], { type: 'conjunction' }).format(items);

/** A text without accents and in lower case, to search by. @param {string} text */
export const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
