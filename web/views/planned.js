/** What is planned for a day: each session becomes an intervention by a tap, or nobody came. */

import { icon } from '../parts/fields.js';
import { knowsField, learntOf, placeOf, written } from '../parts/labels.js';
import { h } from '../parts/tree.js';
import { hours } from '../words/format.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
/** What a session of each kind is reported as, and where it usually is. */
const REPORTED = /** @type {Record<string, {kind: string, setting: string}>} */ ({
  workshop: { kind: 'workshop', setting: 'partner_site' }, presence: { kind: 'individual', setting: 'partner_site' }, stop: { kind: 'individual', setting: 'mobile_office' },
  stand: { kind: 'individual', setting: 'public_space' }, first_visit: { kind: 'individual', setting: 'partner_site' },
});

/** @param {State} state @param {Act} act @param {string} date @param {any[]} sessions */
export function planned(state, act, date, sessions) {
  const { words } = state;
  const told = sessions.map((session) => state.outcomes.find((one) => one.session.planned_session_id === session.planned_session_id)?.session ?? session);
  return h('section', { key: 'planned', class: 'stack' },
    h('h2', null, words.planned),
    h('ul', { class: 'cards' }, told.sort((a, b) => (a.from < b.from ? -1 : 1)).map((session) => h('li', { key: session.planned_session_id, class: 'card row' },
      h('p', null, h('strong', null, `${hours(state.language, session)} · ${words.sessionKinds[/** @type {'stop'} */ (session.kind)]}`), h('br'), h('span', { class: 'soft' }, nameOf(state, session))),
      session.outcome || session.held
        ? h('span', { class: 'soft' }, icon('check'), session.held || session.outcome === 'held' ? words.held : words.notHeld)
        : date <= state.today && [
          h('button', { type: 'button', class: 'main', onclick: () => open(state, act, date, session) }, words.reportIt),
          h('button', { type: 'button', class: 'quiet', onclick: () => void nobody(state, act, session) }, words.nobodyCame)]))));
}

/** @param {State} state @param {any} session */
function nameOf(state, session) {
  const place = state.places.find((one) => one.place_id === session.place_id);
  return place ? placeOf(state, { place_name: place.name, commune_code: place.commune_code }) : (session.place_name ?? '');
}

/** @param {State} state @param {Act} act @param {any} session */
async function nobody(state, act, session) {
  await act.tellOutcome(session, 'not_held');
  const undo = () => void act.tellOutcome(session, null).then(() => act.set({ notice: null }));
  act.set({ notice: { text: state.words.notHeld, undo, label: state.words.undo } });
}

/** Opens the form with people, place, duration and the themes of the last time. @param {State} state @param {Act} act @param {string} date @param {any} session */
function open(state, act, date, session) {
  const { kind, setting } = REPORTED[session.kind] ?? { kind: 'individual', setting: 'partner_site' };
  const place = state.places.find((one) => one.place_id === session.place_id);
  const name = place?.name ?? session.place_name ?? undefined;
  const alike = written(state).toSorted((a, b) => (a.date < b.date ? 1 : -1)).flatMap((day) => day.interventions).find((one) => one.kind === kind && one.place_name === name);
  const start = {
    ...learntOf(state, date, kind).start,
    ...(kind === 'workshop' && { duration_minutes: minutesOf(session.to) - minutesOf(session.from), participants: session.registered ?? alike?.participants }),
    ...(session.kind === 'first_visit' && { referred_by_social_worker: true }),
    setting: alike?.setting ?? setting, place_name: name, commune_code: place?.commune_code ?? alike?.commune_code, place_id: place && knowsField(state) ? place.place_id : undefined,
    ...(knowsField(state) && namedBy(session)),
    themes: alike?.themes ?? [],
  };
  act.openPlanned(date, kind, start, session);
}

/** What an intervention names of the session that it was: one of a schedule too, which has no row yet. @param {any} session */
function namedBy(session) {
  const { planned_session_id, workshop_id, referral_id } = session;
  return { planned_session_id, workshop_id: workshop_id ?? undefined, referral_id: referral_id ?? undefined };
}

/** @param {string} time « 14:30 » */
function minutesOf(time) {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
