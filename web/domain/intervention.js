/** What interventions are measured by, and what names them. Their rules are in `rules.js`. */

export const PARTICIPANTS_MAX = 1000;
export const DURATION_MAX = 1440;
export const THEMES_MAX = 20;
export const NOTE_MAX = 2000;
export const PLACE_NAME_MAX = 200;

/** The people of a day and the minutes. @param {any[]} interventions */
export function totals(interventions) {
  return {
    people: interventions.reduce((sum, one) => sum + (one.participants ?? 0), 0),
    minutes: interventions.reduce((sum, one) => sum + one.duration_minutes, 0),
  };
}

/**
 * An identifier in the order of time (UUID, version 7), so that a day that is sent twice is the same day.
 * @param {number} now milliseconds since 1970
 * @param {Uint8Array} chance ten random bytes
 */
export function newId(now, chance) {
  const time = now.toString(16).padStart(12, '0');
  const hex = [...chance].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const variant = '89ab'[(chance[2] ?? 0) % 4];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(1, 4)}-${variant}${hex.slice(5, 8)}-${hex.slice(8, 20)}`;
}
