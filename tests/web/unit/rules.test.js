import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { interventionOf, newForm, withIntervention } from '../../../web/domain/form.js';
import { newId } from '../../../web/domain/intervention.js';
import { faults } from '../../../web/domain/rules.js';

const lists = Object.fromEntries(Object.entries({
  kinds: ['workshop', 'individual'], settings: ['home'], principles: ['reach_out'], themes: ['email', 'internet'], absences: ['leave'],
  age_groups: ['70_plus'], genders: ['female', 'male'], situations: ['retired'], follow_ups: ['redirected'], redirected_to: ['caf'],
}).map(([name, codes]) => [name, codes.map((code) => ({ code }))]));
const sound = { kind: 'workshop', participants: 3, duration_minutes: 60, setting: 'home', themes: ['email'] };
const found = (one) => faults({ interventions: [{ ...sound, ...one }] }, lists).map((fault) => `${fault.pointer.slice('/interventions/0'.length)} ${fault.code}`);

test('a sound report has no fault', () => assert.deepEqual(found({}), []));

test('each rule is said at its field', () => {
  assert.deepEqual(found({ participants: 0 }), ['/participants out_of_range']);
  assert.deepEqual(found({ recurring_participants: 4 }), ['/recurring_participants exceeds_participants']);
  assert.deepEqual(found({ genders: { female: 2, male: 2 } }), ['/genders sum_exceeds_participants']);
  assert.deepEqual(found({ themes: [] }), ['/themes too_few']);
  assert.deepEqual(found({ redirected_to: ['caf'] }), ['/redirected_to not_allowed_here']);
  assert.deepEqual(found({ first_visit_accompanied: true }), ['/first_visit_accompanied not_allowed_here']);
  assert.deepEqual(found({ commune_code: 'Le Mans' }), ['/commune_code invalid_commune']);
  assert.deepEqual(found({ assisting: true }), ['/participants out_of_range']);
  assert.deepEqual(found({ assisting: true, participants: 0, genders: { male: 1 } }), ['/genders not_allowed_here']);
  assert.deepEqual(found({ procedure: 'CAF' }), ['/procedure not_allowed_here']);
  assert.deepEqual(found({ residences: { 72181: 4, x: 1 } }), ['/residences/x invalid_commune', '/residences sum_exceeds_participants']);
  assert.deepEqual(found({ place_id: 'x' }), ['/place_id invalid_uuid']);
  assert.deepEqual(found({ note: 'a\u0007' }), ['/note control_character']);
  assert.deepEqual(faults({ absence: 'leave', interventions: [sound] }, lists), [{ pointer: '/interventions', code: 'not_allowed_here' }]);
});

/** Both find the same faults; in which order is each one's own. */
const sorted = (all) => all.map((fault) => `${fault.pointer} ${fault.code}`).sort();

const vectors = new URL('../rules.json', import.meta.url);
test('what is wrong with a report is what the service finds', { skip: !existsSync(vectors) }, () => {
  const { nomenclature, drafts } = JSON.parse(readFileSync(vectors, 'utf8'));
  assert.ok(drafts.length >= 300);
  for (const { draft, faults: expected } of drafts) assert.deepEqual(sorted(faults(draft, nomenclature)), sorted(expected), JSON.stringify(draft).slice(0, 2000));
});

test('what depends on something that is not said is left out of an intervention', () => {
  const form = newForm('2026-11-27', 'workshop', { ...sound, redirected_to: ['caf'], first_visit_accompanied: true, note: ' ' });
  assert.deepEqual(interventionOf(form), { ...sound });
});

test('who assists a colleague says nothing of the people', () => {
  const one = interventionOf(newForm('2026-11-27', 'workshop', { ...sound, assisting: true, recurring_participants: 1, genders: { male: 1 }, procedure: 'CAF' }));
  assert.deepEqual(one, { ...sound, assisting: true, participants: 0 });
});

test('a number that was not typed is a fault of its field, not a missing field', () => {
  const one = interventionOf(newForm('2026-11-27', 'workshop', {}));
  assert.equal(one.participants, 0);
  assert.equal(one.duration_minutes, 0);
});

test('an intervention takes its place in the day, and ends an absence', () => {
  const [first, second] = [{ ...sound, id: '1' }, { ...sound, id: '2' }];
  assert.deepEqual(withIntervention({ interventions: [first, second] }, { ...first, participants: 9 }).interventions[0].participants, 9);
  assert.deepEqual(withIntervention({ absence: 'leave', note: 'n' }, first), { note: 'n', interventions: [first] });
});

test('identifiers are of version 7, and in the order of time', () => {
  const chance = (byte) => new Uint8Array(10).fill(byte);
  const [early, late] = [newId(1_795_000_000_000, chance(255)), newId(1_795_000_000_001, chance(0))];
  for (const id of [early, late]) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(early < late);
});
