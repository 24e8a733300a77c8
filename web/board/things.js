/** What there is in the field: of each thing its address on the service, its fields, and the words by which it is known in a list. */

/** @typedef {import('./context.js').Context} Context */
/**
 * One field: how it is typed, and of what: a list of codes, other things, fields of its own. `when` says for which values of the
 * whole it is asked, `needed` that it is sent though it be empty, for the service to say so; `told` is the name under which one of several is folded,
 * `line` how one of several is read.
 * @typedef {{name: string, type: string, of?: any, when?: (value: any) => boolean, label?: string, told?: (one: any, ctx: Context) => string, line?: (one: any, ctx: Context) => string, needed?: boolean}} Field
 */
/**
 * @typedef {object} Thing
 * @property {string} path
 * @property {string} id the name of its identifier
 * @property {Field[]} fields
 * @property {string[]} needs the other things that it names
 * @property {string[]} [filters] fields by whose values the list is restricted
 * @property {(one: any, ctx: Context) => string} title
 * @property {(one: any, ctx: Context) => (string | false | null | undefined)[]} told
 * @property {(today: string) => any} [start] what a new one begins with
 */

/** @param {string} name @param {string} [type] with « ! » where it is needed @param {any} [of] @param {Partial<Field>} [more] @returns {Field} */
export const f = (name, type = 'text', of = undefined, more = {}) => ({ name, type: type.replace('!', ''), needed: type.endsWith('!'), of, ...more });

/** @type {Field[]} */
const CONTACT = [f('name', 'text!', undefined, { label: 'contactName' }), f('function'), f('email', 'email'), f('phone', 'tel')];
const WEEK = f('by_day', 'many', 'weekdays', { when: (value) => value.frequency === 'weekly' });
const MONTH = f('by_day', 'list', f('day', 'one', 'monthDays'), { when: (value) => value.frequency === 'monthly' });
/** The fields of a day, a time and a place, which sessions and schedules share. */
/** A day, or from one to another. @param {any} one @param {Context} ctx */
const WISH = (one, ctx) => (one.to && one.to !== one.from ? ctx.period(one.from, one.to) : ctx.day(one.from));
const WHERE = [f('place_id', 'ref', 'lieux'), f('place_name'), f('advisors', 'refs', 'conseillers')];

/** @type {Record<string, Thing>} */
export const THINGS = {
  lieux: {
    path: '/v1/places', id: 'place_id', needs: ['partenaires'], filters: ['commune_code', 'status'],
    fields: [
      f('name', 'text!'), f('commune_code', 'commune!'), f('address'), f('address_complement'), f('postal_code'), f('status', 'one', 'placeStatuses'), f('partner_id', 'ref', 'partenaires'),
      f('spot', 'one', 'spots'), f('area', 'one', 'areas'), f('capacity', 'number'), f('opening_hours'), f('phone', 'tel'), f('emails', 'lines'), f('website', 'url'), f('published', 'tick'),
      f('closed_on', 'date'), f('pivot'), f('types', 'lines'), f('services', 'many', 'services'), f('audiences', 'many', 'audiences'), f('special_care', 'many', 'specialCares'),
      f('fees', 'many', 'fees'), f('programmes', 'many', 'programmes'), f('labels', 'many', 'labels'), f('other_labels', 'lines'), f('access_modes', 'many', 'accessModes'),
      f('support_modes', 'many', 'supportModes'), f('mobile', 'one', 'mobilities'), f('latitude', 'number'), f('longitude', 'number'), f('summary', 'area'), f('details', 'area'),
      f('source'), f('parent'), f('accessibility_url', 'url'), f('booking_url', 'url'), f('national_ids', 'lines'), f('updated_on', 'date'),
    ],
    title: (one) => one.name,
    told: (one, ctx) => [
      ctx.commune(one.commune_code), one.status === 'proposed' && ctx.code('placeStatuses', one.status), one.closed_on && ctx.words.closedOn(ctx.day(one.closed_on)),
      one.merged_into && ctx.words.merged,
    ],
    start: () => ({ status: 'confirmed' }),
  },
  partenaires: {
    path: '/v1/partners', id: 'partner_id', needs: [], filters: ['commune_code', 'kind'],
    fields: [f('name', 'text!'), f('kind', 'one!', 'partnerKinds'), f('commune_code', 'commune'), f('pivot'), f('contacts', 'items', CONTACT)],
    title: (one) => one.name,
    told: (one, ctx) => [ctx.code('partnerKinds', one.kind), ctx.commune(one.commune_code)],
  },
  conventions: {
    path: '/v1/agreements', id: 'agreement_id', needs: ['partenaires', 'lieux', 'conseillers', 'conventions'], filters: ['in_force'],
    fields: [
      f('partner_id', 'ref!', 'partenaires'), f('place_id', 'ref', 'lieux'), f('starts_on', 'date!'), f('ends_on', 'date!'), f('signed_on', 'date'), f('kinds', 'many', 'kinds', { label: 'interventionKinds' }),
      f('advisors', 'refs', 'conseillers'), f('commitments', 'items', [f('kind', 'one!', 'commitmentKinds', { label: 'commitment' }), f('words')]), f('renews', 'ref', 'conventions'), f('words', 'area'),
    ],
    title: (one, ctx) => `${ctx.name('partenaires', one.partner_id)}, ${ctx.period(one.starts_on, one.ends_on)}`,
    told: (one, ctx) => [one.in_force ? ctx.code('in_force', 'true') : one.signed_on ? null : ctx.words.unsigned, ctx.name('lieux', one.place_id)],
  },
  rencontres: {
    path: '/v1/meetings', id: 'meeting_id', needs: ['partenaires', 'lieux', 'conseillers'], filters: ['partner_id'],
    fields: [
      f('day', 'date!'), f('partner_id', 'ref!', 'partenaires'), f('place_id', 'ref', 'lieux'), f('met'), f('nature', 'many', 'natures'), f('level', 'one', 'meetingLevels', { label: 'meetingLevel' }),
      f('words', 'area'),
    ],
    title: (one, ctx) => `${ctx.name('partenaires', one.partner_id)}, ${ctx.day(one.day)}`,
    told: (one, ctx) => [one.met, ...one.nature.map((/** @type {string} */ code) => ctx.code('natures', code)), ctx.name('conseillers', one.held_by)],
    start: (today) => ({ day: today }),
  },
  ateliers: {
    path: '/v1/workshops', id: 'workshop_id', needs: [], filters: ['level', 'retired'],
    fields: [
      f('title', 'text!'), f('summary', 'area'), f('objectives', 'area'), f('prerequisites', 'area'), f('required_means', 'area'), f('participants_min', 'number'), f('participants_max', 'number'),
      f('themes', 'many', 'themes'), f('level', 'one', 'levels'), f('duration_minutes', 'number'), f('retired', 'tick'),
    ],
    title: (one) => one.title,
    told: (one, ctx) => [one.level && ctx.code('levels', one.level), ...one.themes.map((/** @type {string} */ code) => ctx.code('themes', code)), one.retired && ctx.code('retired', 'true')],
  },
  demandes: {
    path: '/v1/requests', id: 'request_id', needs: ['partenaires', 'lieux', 'ateliers', 'conventions'], filters: ['status', 'priority'],
    fields: [
      f('kind', 'one!', 'requestKinds'), f('partner_id', 'ref!', 'partenaires'), f('workshop_id', 'ref', 'ateliers', { when: (value) => value.kind === 'workshop' }), f('place_id', 'ref', 'lieux'),
      f('wished', 'items', [f('from', 'date!', undefined, { label: 'starts_on' }), f('to', 'date', undefined, { label: 'ends_on' })], { line: WISH }), f('expected_people', 'number'), f('priority', 'one', 'priorities'), f('contact', 'object', CONTACT), f('received_on', 'date'),
      f('words', 'area'),
    ],
    title: (one, ctx) => `${ctx.name('partenaires', one.partner_id)} : ${ctx.name('ateliers', one.workshop_id) || ctx.code('requestKinds', one.kind)}`,
    told: (one, ctx) => [ctx.code('requestStatuses', one.status), ctx.day(one.received_on), one.priority !== 'normal' && ctx.code('priorities', one.priority)],
    start: (today) => ({ kind: 'workshop', received_on: today, priority: 'normal' }),
  },
  seances: {
    path: '/v1/planned-sessions', id: 'planned_session_id', needs: ['lieux', 'conseillers', 'ateliers', 'conventions', 'partenaires', 'demandes', 'orientations'],
    fields: [
      f('kind', 'one!', 'sessionKinds'), f('day', 'date!'), f('from', 'time!'), f('to', 'time!'), ...WHERE, f('workshop_id', 'ref', 'ateliers'), f('agreement_id', 'ref', 'conventions'),
      f('request_id', 'ref', 'demandes'), f('referral_id', 'ref', 'orientations'), f('vehicle_id', 'ref', 'lieux'), f('capacity', 'number', undefined, { label: 'seats' }), f('registered', 'number'),
      f('public', 'tick'), f('outcome', 'one', 'outcomes'), f('commitments_met', 'one', 'met', { label: 'commitmentsMet' }), f('cancelled'), f('note', 'area'),
    ],
    title: (one, ctx) => `${ctx.code('sessionKinds', one.kind)}, ${ctx.day(one.day)}, ${ctx.hours(one)}`,
    told: (one, ctx) => [
      ctx.name('ateliers', one.workshop_id), ctx.name('lieux', one.place_id) || one.place_name, ...one.advisors.map((/** @type {string} */ id) => ctx.name('conseillers', id)),
      one.cancelled ? ctx.words.cancelled(one.cancelled) : one.held ? ctx.code('outcomes', 'held') : one.outcome && ctx.code('outcomes', one.outcome),
      one.clashes.length > 0 && ctx.words.clash,
    ],
    start: (today) => ({ kind: 'workshop', day: today }),
  },
  recurrences: {
    path: '/v1/schedules', id: 'schedule_id', needs: ['lieux', 'conseillers', 'ateliers', 'conventions', 'partenaires', 'recurrences'],
    fields: [
      f('name', 'text!'), f('kind', 'one!', 'sessionKinds'), f('frequency', 'one!', 'frequencies'), WEEK, MONTH, f('interval', 'number'), f('from', 'time!'), f('to', 'time!'), f('starts_on', 'date!'),
      f('ends_on', 'date!'), f('exceptions', 'list', f('day', 'date')), f('on_holidays', 'tick'), ...WHERE, f('agreement_id', 'ref', 'conventions'), f('workshop_id', 'ref', 'ateliers'),
      f('vehicle_id', 'ref', 'lieux'), f('capacity', 'number', undefined, { label: 'seats' }), f('public', 'tick'), f('continues', 'ref', 'recurrences'), f('note', 'area'),
    ],
    title: (one) => one.name,
    told: (one, ctx) => [
      ctx.code('sessionKinds', one.kind), ctx.code('frequencies', one.frequency), one.by_day.map((/** @type {string} */ day) => ctx.code(day.length > 2 ? 'monthDays' : 'weekdays', day)).join(', '),
      ctx.hours(one), ctx.period(one.starts_on, one.ends_on), ctx.name('lieux', one.place_id) || one.place_name,
    ],
    start: (today) => ({ kind: 'stop', frequency: 'weekly', interval: 1, starts_on: today, by_day: [] }),
  },
  orientations: {
    path: '/v1/referrals', id: 'referral_id', needs: ['conseillers', 'partenaires'], filters: ['state', 'advisor_id'],
    fields: [
      f('advisor_id', 'ref!', 'conseillers'), f('received_on', 'date!'), f('service', 'one!', 'referringServices'), f('partner_id', 'ref', 'partenaires'), f('contact', 'object', CONTACT),
      f('urgency', 'one!', 'urgencies'), f('commune_code', 'commune'), f('themes', 'many', 'themes'), f('note', 'area'), f('directed_to', 'many', 'redirected_to', { label: 'directed_to' }),
      f('closed', 'object', [f('on', 'date!'), f('reason', 'one!', 'referralClosings')]),
    ],
    title: (one, ctx) => `${one.code ?? '–'}, ${ctx.day(one.received_on)}`,
    told: (one, ctx) => [
      ctx.code('referralStates', one.state), one.urgency && ctx.code('urgencies', one.urgency), ctx.name('conseillers', one.advisor_id),
      one.first_visit_on && ctx.words.firstVisit(ctx.day(one.first_visit_on), one.first_visit_accompanied),
    ],
    start: (today) => ({ received_on: today, urgency: 'normal', service: 'social_worker' }),
  },
  etiquettes: {
    path: '/v1/tags', id: 'tag_id', needs: [], filters: ['retired'],
    fields: [f('name', 'text!', undefined, { label: 'tagName' }), f('retired', 'tick')],
    title: (one) => one.name,
    told: (one, ctx) => [one.retired && ctx.code('retired', 'true')],
  },
};

/** Which list of codes has the values of a field by which things are restricted. */
export const CODES = /** @type {Record<string, string>} */ ({ status: 'requestStatuses', kind: 'partnerKinds', level: 'levels', priority: 'priorities', state: 'referralStates', retired: 'retired', in_force: 'in_force' });
