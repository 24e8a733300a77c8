import assert from 'node:assert/strict';
import test from 'node:test';
import { learnt, repeats } from '../../../web/domain/suggestions.js';

const workshop = { kind: 'workshop', participants: 9, duration_minutes: 90, setting: 'partner_site', place_name: 'Médiathèque', themes: ['email'] };
const support = { kind: 'individual', participants: 1, duration_minutes: 45, setting: 'home', themes: ['health'] };
const days = [
  { date: '2026-11-11', interventions: [{ ...workshop, id: 'a', note: 'n', age_groups: { '70_plus': 6 }, recurring_participants: 4 }] },
  { date: '2026-11-18', interventions: [{ ...workshop, id: 'b' }, { ...support, id: 'c' }] },
  { date: '2026-11-19', interventions: [{ ...support, id: 'd' }, { ...support, id: 'e' }] },
];

test('the workshop of Wednesdays comes first on a Wednesday, without its notes, ages and those who came before', () => {
  const [first] = repeats(days, '2026-11-25');
  assert.deepEqual(first, workshop);
});

test('what stands in the day already is not offered again', () => {
  const today = { date: '2026-11-25', interventions: [{ ...workshop, id: 'f', note: 'another' }] };
  assert.ok(repeats([...days, today], '2026-11-25').every((one) => one.kind !== 'workshop'));
});

test('at most three are offered, and one-off requests are not', () => {
  const many = Array.from({ length: 9 }, (_, index) => ({ ...support, duration_minutes: index + 1 }));
  assert.equal(repeats([{ date: '2026-11-20', interventions: many }], '2026-11-25').length, 3);
  assert.deepEqual(repeats([{ date: '2026-11-20', interventions: [{ ...support, kind: 'one_off' }] }], '2026-11-25'), []);
});

test('the weight of a day halves in four weeks', () => {
  const old = [{ date: '2026-08-05', interventions: [workshop, workshop] }, { date: '2026-11-18', interventions: [support] }];
  assert.equal(repeats(old, '2026-11-25')[0].kind, 'individual');
});

test('a form begins with what is usual for its kind, and offers what was learnt before what is usual elsewhere', () => {
  const offer = learnt(days, '2026-11-26', 'individual', ['email', 'health']);
  assert.equal(offer.start.duration_minutes, 45);
  assert.equal(offer.start.setting, 'home');
  assert.equal(offer.start.participants, 1);
  assert.deepEqual(offer.durations, [15, 30, 45, 60]);
  assert.equal(offer.themes[0], 'health');
  assert.deepEqual(offer.places.map((place) => place.setting), ['home', 'partner_site']);
});

test('before anything is learnt nothing is said for the advisor but one person', () => {
  assert.deepEqual(learnt([], '2026-11-26', 'workshop', []).start, { participants: undefined, duration_minutes: undefined });
  assert.deepEqual(learnt([], '2026-11-26', 'one_off', []).start, { participants: 1, duration_minutes: undefined });
});

test('a place that is in the base is offered once, by its identifier', () => {
  const here = { ...support, place_name: 'Médiathèque', setting: 'partner_site' };
  const offer = learnt([{ date: '2026-11-20', interventions: [here, here, { ...here, place_id: 'p' }] }], '2026-11-25', 'individual', []);
  assert.deepEqual(offer.places, [{ setting: 'partner_site', place_name: 'Médiathèque', place_id: 'p' }]);
});
