/** An advisor's day, which the coordination corrects: with all its fields, over the version that was read, and with its history. */

import { plus } from '../domain/days.js';
import { icon } from '../parts/fields.js';
import { h } from '../parts/tree.js';
import { duration, hour } from '../words/format.js';
import { fieldWords, named } from './context.js';
import { editor, printer } from './thing.js';
import { f } from './things.js';
import { read, shown, trouble, write } from './told.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
/** @typedef {import('./context.js').Context} Context */

/** @param {any} value */
const counted = (value) => !value.assisting;

/** What an intervention says. What names the plan, and where the people live, stays as it is. */
const INTERVENTION = [
  f('kind', 'one!', 'kinds'), f('assisting', 'tick'), f('participants', 'number'), f('recurring_participants', 'number', undefined, { when: counted }), f('duration_minutes', 'number'),
  f('setting', 'one!', 'settings'), f('place_id', 'ref', 'lieux'), f('place_name'), f('commune_code', 'commune'), f('partner_id', 'ref', 'partenaires'), f('themes', 'many!', 'themes'), f('title'),
  f('workshop_id', 'ref', 'ateliers'), f('level', 'one', 'levels'), f('equipment', 'many', 'equipment'), f('autonomy', 'one', 'autonomies'), f('procedure'), f('tags', 'refs', 'etiquettes'),
  f('age_groups', 'counts', 'age_groups', { when: counted }), f('genders', 'counts', 'genders', { when: counted }), f('situations', 'counts', 'situations', { when: counted }),
  f('follow_ups', 'counts', 'follow_ups', { when: counted }), f('redirected_to', 'many', 'redirected_to', { when: counted }), f('principle', 'one', 'principles'),
  f('referred_by_social_worker', 'tick', undefined, { when: counted }), f('first_visit_accompanied', 'tick', undefined, { when: counted }), f('note', 'area'),
  f('planned_session_id', 'kept'), f('referral_id', 'kept'), f('residences', 'kept'),
];
const REPORT = [
  f('absence', 'one', 'absences'), f('note', 'area'),
  f('interventions', 'items', INTERVENTION, {
    told: (one, ctx) => (one.kind
      ? [ctx.code('kinds', one.kind), one.assisting ? ctx.words.fields.assisting : ctx.state.words.countPeople(Number(one.participants ?? 0)), duration(Number(one.duration_minutes ?? 0)), one.place_name].filter(Boolean).join(' · ')
      : ctx.words.fresh),
  }),
];

/** @param {State} state @param {Act} act */
function correction(state, act) {
  const words = fieldWords(state);
  const day = state.route.date ?? state.today;
  const advisor = state.route.query['de'] ?? '';
  const path = `/v1/advisors/${advisor}/reports/${day}`;
  const told = read(state, act, path);
  if (told && told.status !== 200 && told.status !== 404) return [h('h1', { tabindex: '-1' }, words.dayOf('', day)), h('div', { class: 'banner warning' }, h('div', null, trouble(state, told)))];
  const page = (/** @type {string} */ to) => `/app/jour/${to}?de=${advisor}`;
  return [
    h('a', { class: 'quiet start', href: `/app/tableau/${day.slice(0, 7)}` }, state.words.board),
    named(state, act, ['lieux', 'partenaires', 'ateliers', 'etiquettes', 'conseillers'], ['/v1/accounts'], (ctx, accounts) => {
      const nameOf = (/** @type {string} */ id) => accounts.items.find((/** @type {Schemas['Account']} */ one) => one.account_id === id)?.name ?? '–';
      const title = words.dayOf(nameOf(advisor), ctx.day(day));
      const step = (/** @type {number} */ by, /** @type {string} */ label, /** @type {string} */ symbol) =>
        h('a', { class: 'quiet', href: page(plus(day, by)), 'aria-label': `${label} : ${ctx.day(plus(day, by))}` }, icon(symbol));
      const version = told?.status === 200 ? told.body.version : 0;
      return [
        h('div', { class: 'day-head', key: 'head' }, step(-1, state.words.previousDay, 'left'), h('h1', { tabindex: '-1' }, title), step(1, state.words.nextDay, 'right')),
        told && version === 0 && h('p', { class: 'hint', key: 'none' }, words.noReport),
        told && editor(state, act, ctx, { path: page(day), service: path, fields: REPORT, one: version > 0 ? told.body : { interventions: [] }, title, stored: async (_, go) => go(page(day), { replace: true }) }),
        version > 0 && past(state, act, ctx, path, nameOf, version),
      ];
    }),
  ];
}

/** @param {State} state @param {Act} act @param {Context} ctx @param {string} path @param {(id: string) => string} nameOf @param {number} version */
function past(state, act, ctx, path, nameOf, version) {
  const { words } = ctx;
  const at = (/** @type {string} */ instant) => `${ctx.day(instant.slice(0, 10))}, ${hour(state.language, instant, state.facts.organisation?.time_zone)}`;
  const erase = async () => {
    const goOn = act.goFromHere();
    if (await write(act, ['DELETE', path, undefined, { 'If-Match': `"${version}"` }], words.dayErased, [path])) goOn(state.route.path, { replace: true });
  };
  return h('section', { class: 'stack', key: 'past' }, h('h2', null, words.history),
    shown(state, act, [`${path}/history`], (/** @type {Schemas['ReportHistory']} */ { items }) =>
      h('ul', null, items.map((one) => h('li', { key: one.version }, words.versionBy(one.version, at(one.updated_at), nameOf(one.recorded_by)))))),
    h('div', { class: 'row' }, printer(state), h('button', { type: 'button', class: 'danger', onclick: () => void erase() }, words.eraseDay)));
}

export { correction };
