/** The pages of the field: what waits for the coordination, and each thing with what is done with it. */

import { plus } from '../domain/days.js';
import { text } from '../parts/fields.js';
import { h } from '../parts/tree.js';
import { agreement, agreementList } from './agreements.js';
import { calendar, outcome } from './calendar.js';
import { fieldWords, named } from './context.js';
import { select } from './form.js';
import { place, placeList } from './places.js';
import { begin, cards, pageOf, unfinished } from './thing.js';
import { THINGS } from './things.js';
import { field, save, shown, tell, whole, write } from './told.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
/** @typedef {import('./context.js').Context} Context */

const SOON_DAYS = 60;
const YEAR_DAYS = 366;
/** So many days are listed at most in one answer. */
const SPAN_DAYS = 399;
/** What a request of each kind becomes. */
const DECISIONS = /** @type {Record<string, string[]>} */ ({ workshop: ['received', 'planned', 'declined', 'withdrawn'], equipment: ['received', 'granted', 'declined', 'withdrawn'] });

/** @param {State} state @param {Act} act */
function terrain(state, act) {
  const words = fieldWords(state);
  const waiting = /** @type {const} */ ([
    ['proposed', '/v1/places?status=proposed', 'lieux'], ['received', '/v1/requests?status=received', 'demandes'], ['open', '/v1/referrals?closed=false', 'orientations'],
    ['unsaid', `/v1/planned-sessions?from=${plus(state.today, -YEAR_DAYS)}&to=${plus(state.today, -1)}&unsaid=true`, 'seances'],
    ['ending', `/v1/agreements?in_force_on=${state.today}&ends_by=${plus(state.today, SOON_DAYS)}`, 'conventions'],
  ]);
  return [
    h('h1', { tabindex: '-1' }, state.words.field),
    unfinished(state, act, '/app/'),
    shown(state, act, waiting.map(([, path]) => whole(path)), (...lists) => h('section', { class: 'stack', key: 'waiting' }, h('h2', null, words.waiting),
      h('ul', { class: 'cards' }, waiting.map(([name, , kind], index) => lists[index].items.length > 0 && h('li', { key: name },
        h('a', { class: 'card', href: `/app/${kind}` }, h('span', null, h('strong', null, words.waits[name](lists[index].items.length))))))),
      lists.every((list) => list.items.length === 0) && h('p', { class: 'verdict good' }, words.nothingWaits))),
    h('nav', { 'aria-label': state.words.field, key: 'things' }, h('ul', { class: 'cards' },
      [...Object.keys(THINGS).map((kind) => [kind, words.things[/** @type {'lieux'} */ (kind)].all]), ['plan', words.plan]].map(([kind, label]) =>
        h('li', { key: kind ?? '' }, h('a', { class: 'card', href: `/app/${kind}` }, h('span', null, label)))))),
  ];
}

/** What one thing has of another kind. @param {Context} ctx @param {string} kind @param {any[]} items */
const having = (ctx, kind, items) => items.length > 0 && h('section', { class: 'stack', key: `having-${kind}` }, h('h2', null, ctx.words.things[/** @type {'lieux'} */ (kind)].all), cards(ctx, kind, items));

/** @param {State} state @param {Act} act @param {Context} ctx @param {any} one */
function partner(state, act, ctx, one) {
  const { words } = ctx;
  const kinds = ['conventions', 'demandes', 'rencontres'];
  const paths = kinds.map((kind) => whole(`${THINGS[kind]?.path}?partner_id=${one.partner_id}`));
  return [
    h('div', { class: 'row', key: 'begin' }, kinds.map((kind) => h('button', { type: 'button', key: kind, onclick: () => begin(state, act, kind, { partner_id: one.partner_id }) }, words.things[/** @type {'lieux'} */ (kind)].add))),
    named(state, act, ['partenaires', 'lieux', 'ateliers', 'conseillers'], paths, (names, ...lists) => kinds.map((kind, index) => having(names, kind, lists[index].items))),
  ];
}

/** From a request to a session, or to another decision. @param {State} state @param {Act} act @param {Context} ctx @param {any} one */
function request(state, act, ctx, one) {
  const { words } = ctx;
  const path = `/v1/requests/${one.request_id}`;
  const status = state.page['decision'] ?? one.status;
  const decide = async () => {
    const reason = (state.page['reason'] ?? '').trim();
    if (await write(act, ['PUT', `${path}/status`, { status, ...(reason && { reason }) }], words.stored, [path])) act.page({ decision: undefined, reason: '' });
  };
  const [wish] = one.wished;
  const plan = () => begin(state, act, 'seances', {
    kind: 'workshop', day: wish?.from ?? state.today, from: '', to: '', place_id: one.place_id, workshop_id: one.workshop_id, request_id: one.request_id, capacity: one.expected_people, advisors: [],
  });
  return [
    one.kind === 'workshop' && h('button', { type: 'button', class: 'main', key: 'plan', onclick: plan }, words.planIt),
    named(state, act, THINGS['seances']?.needs ?? [], [whole(`/v1/planned-sessions?from=${one.received_on}&to=${plus(one.received_on, SPAN_DAYS)}`)], (names, sessions) =>
      having(names, 'seances', sessions.items.filter((/** @type {any} */ session) => session.request_id === one.request_id))),
    h('form', { class: 'stack', key: 'decide', novalidate: true, onsubmit: (event) => { event.preventDefault(); void decide(); } }, h('h2', null, words.decide),
      h('p', { class: 'soft' }, [ctx.code('requestStatuses', one.status), one.decided_on && ctx.day(one.decided_on), one.reason].filter(Boolean).join(' · ')),
      select({ id: 'decision', label: words.fields.status, options: ctx.options('requestStatuses').filter((option) => DECISIONS[one.kind]?.includes(option.value)), value: status, change: (decision) => act.page({ decision }) }),
      text({ ...field(state, act, 'reason'), label: words.why, rows: 2, maxlength: 500 }),
      h('button', { type: 'submit' }, state.words.save)),
  ];
}

/** A request whose session is planned is planned. @param {Act} act @param {any} session */
async function planned(act, session) {
  if (!session.request_id) return;
  const told = await tell('GET', `/v1/requests/${session.request_id}`);
  if (told.body?.status === 'received') await write(act, ['PUT', `/v1/requests/${session.request_id}/status`, { status: 'planned' }], '', []);
}

/** @param {State} state @param {Act} act @param {Context} ctx @param {any} one */
function schedule(state, act, ctx, one) {
  const { schedule_id, version: _version, ...rest } = one;
  const from = one.starts_on > state.today ? one.starts_on : state.today;
  return [
    h('div', { class: 'row', key: 'begin' },
      h('button', { type: 'button', onclick: () => begin(state, act, 'recurrences', { ...rest, starts_on: plus(state.today, 1), exceptions: [], continues: schedule_id }) }, ctx.words.anotherRule)),
    h('p', { class: 'hint', key: 'hint' }, ctx.words.anotherRuleHint),
    named(state, act, THINGS['seances']?.needs ?? [], [whole(`/v1/planned-sessions?from=${from}&to=${plus(from, SOON_DAYS)}`)], (names, sessions) =>
      having(names, 'seances', sessions.items.filter((/** @type {any} */ session) => session.schedule_id === schedule_id))),
  ];
}

/** @param {State} state @param {Act} act @param {Context} ctx @param {any} one */
const referral = (state, act, ctx, one) => h('button', {
  type: 'button', class: 'main', key: 'visit',
  onclick: () => begin(state, act, 'seances', { kind: 'first_visit', referral_id: one.referral_id, advisors: [one.advisor_id], day: state.today, from: '', to: '' }),
}, ctx.words.planVisit);

/** @param {State} state @param {Act} act @param {Context} ctx @param {any} one */
const session = (state, act, ctx, one) => [
  one.clashes.length > 0 && h('section', { class: 'stack', key: 'clashes' }, h('h2', null, ctx.words.clash), h('ul', null, one.clashes.map((/** @type {any} */ other) =>
    h('li', { class: 'row', key: other.planned_session_id }, h('a', { href: `/app/seances/${other.planned_session_id}` }, `${ctx.day(other.day)}, ${ctx.hours(other)}`))))),
  one.interventions > 0 && h('p', { key: 'named' }, ctx.words.reportedAs(one.interventions, one.participants)),
  one.schedule_id && h('a', { class: 'button', key: 'schedule', href: `/app/recurrences/${one.schedule_id}` }, ctx.words.itsSchedule),
  one.day <= state.today && !one.cancelled && outcome(act, ctx, one, [`/v1/planned-sessions/${one.planned_session_id}`]),
];

/** @param {State} state @param {Act} act @param {Context} ctx */
const catalogue = (state, act, ctx) => h('div', { class: 'row', key: 'catalogue' },
  h('button', { type: 'button', onclick: () => void save(state, act, `/v1/catalogue?format=pdf&lang=${state.language}`) }, ctx.words.printedCatalogue));

const one = pageOf('seances', { sheet: session, stored: planned });
const lieux = pageOf('lieux', { sheet: place, list: placeList });
const partenaires = pageOf('partenaires', { sheet: partner });
const conventions = pageOf('conventions', { sheet: agreement, list: agreementList });
const rencontres = pageOf('rencontres');
const ateliers = pageOf('ateliers', { list: catalogue });
const demandes = pageOf('demandes', { sheet: request });
const recurrences = pageOf('recurrences', { sheet: schedule });
const orientations = pageOf('orientations', { sheet: referral });
const etiquettes = pageOf('etiquettes');
/** @param {State} state @param {Act} act */
const seances = (state, act) => (state.route.id ? one(state, act) : calendar(state, act));

export { ateliers, conventions, demandes, etiquettes, lieux, orientations, partenaires, recurrences, rencontres, seances, terrain };
