import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { chosen, differences } from '../../../web/domain/difference.js';
import { merge, normal, same } from '../../../web/domain/merge.js';

const one = (id, participants, more = {}) => ({ id, participants, ...more });
const day = (...interventions) => ({ interventions });

test('two devices that add different interventions keep both, and nobody is asked', () => {
  const base = day(one('a', 1));
  const merged = merge(base, day(one('a', 1), one('b', 2)), day(one('a', 1), one('c', 3)));
  assert.deepEqual(merged, { report: day(one('a', 1), one('c', 3), one('b', 2)) });
  assert.deepEqual(differences(base, day(one('a', 1), one('b', 2)), day(one('a', 1), one('c', 3))), []);
});

test('the same field changed on both sides is a choice, and each outcome is right', () => {
  const [base, mine, theirs] = [day(one('a', 1)), day(one('a', 2), one('b', 1)), day(one('a', 3), one('c', 1))];
  assert.equal(merge(base, mine, theirs), null);
  const parts = differences(base, mine, theirs);
  assert.deepEqual(parts.map((part) => [part.key, part.fields]), [['a', ['participants']]]);
  assert.equal(chosen(base, mine, theirs, {}), null);
  assert.deepEqual(chosen(base, mine, theirs, { a: 'mine' }), { report: day(one('a', 2), one('c', 1), one('b', 1)) });
  assert.deepEqual(chosen(base, mine, theirs, { a: 'theirs' }), { report: day(one('a', 3), one('c', 1), one('b', 1)) });
});

test('an intervention deleted here and changed there is a choice that says so', () => {
  const [part] = differences(day(one('a', 1)), {}, day(one('a', 2)));
  assert.equal(part.mine, undefined);
  assert.deepEqual(chosen(day(one('a', 1)), {}, day(one('a', 2)), { a: 'mine' }), { report: {} });
});

test('a deleted day against a changed one is a choice of the whole day', () => {
  const [base, theirs] = [day(one('a', 1)), day(one('a', 2))];
  assert.deepEqual(differences(base, null, theirs).map((part) => part.key), ['day']);
  assert.deepEqual(chosen(base, null, theirs, { day: 'mine' }), { report: null });
  assert.deepEqual(chosen(base, null, theirs, { day: 'theirs' }), { report: theirs });
});

test('an absence against interventions is a choice of the whole day', () => {
  const [base, mine, theirs] = [null, { absence: 'leave' }, day(one('a', 1))];
  assert.equal(merge(base, mine, theirs), null);
  assert.deepEqual(differences(base, mine, theirs).map((part) => part.key), ['day']);
});

test('the order of fields and of codes makes no difference', () => {
  assert.ok(same({ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1 }));
  assert.deepEqual(normal({ note: ' a ', version: 3, interventions: [{ id: 'x', themes: ['b', 'a'], note: null, age_groups: { x: 0 } }] }), {
    note: 'a', interventions: [{ id: 'x', themes: ['a', 'b'] }],
  });
});

const vectors = new URL('../merges.json', import.meta.url);
test('merging is that of the reference client', { skip: !existsSync(vectors) }, () => {
  const { triples, normals } = JSON.parse(readFileSync(vectors, 'utf8'));
  assert.ok(triples.length >= 500);
  for (const { base, mine, theirs, merged } of triples) {
    assert.deepEqual(merge(base, mine, theirs), merged);
    assert.equal(differences(base, mine, theirs).length === 0, merged !== null);
  }
  for (const { report, normal: expected } of normals) assert.deepEqual(normal(report), expected);
});
