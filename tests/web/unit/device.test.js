import assert from 'node:assert/strict';
import test from 'node:test';
import { bringBack, itemOf, learn, settle, unknownDay, write } from '../../../web/device/device.js';
import { pause } from '../../../web/device/send.js';

const NOW = '2026-11-27T16:00:00.000Z';
const report = (participants) => ({ interventions: [{ id: 'a', participants }] });
const known = (version, content) => ({ ...unknownDay('2026-05-05'), version, report: content });

test('a later edit takes the place of the earlier one, and keeps the base', () => {
  const day = known(2, report(1));
  write(day, report(2), NOW);
  write(day, report(3), NOW);
  assert.deepEqual([day.draft.report, day.draft.base, day.draft.base_version], [report(3), report(1), 2]);
  write(day, report(1), NOW);
  assert.equal(day.draft, null);
});

test('a draft that asks for no change stays while an earlier one may have arrived', () => {
  const day = known(0, null);
  write(day, report(1), NOW);
  day.draft.sent.push(report(1));
  write(day, null, NOW);
  assert.deepEqual(itemOf(day.date, day.draft), { op: 'delete', date: '2026-05-05', base_version: 0 });
});

test('an answer that was lost is known again', () => {
  const day = known(0, null);
  write(day, report(1), NOW);
  day.draft.sent.push(report(1));
  write(day, report(2), NOW);
  settle(day, report(2), { status: 'conflict', version: 1, report: { ...report(1), version: 1, recorded_by: 'me', updated_at: NOW } });
  assert.deepEqual([day.draft.standing, day.draft.base_version, day.draft.report, day.draft.sent], ['waiting', 1, report(2), []]);
});

test('what was edited while it was on its way is sent again from the new version', () => {
  const day = known(0, null);
  write(day, report(1), NOW);
  const sent = day.draft.report;
  write(day, report(2), NOW);
  settle(day, sent, { status: 'created', version: 1, report: report(1) });
  assert.deepEqual([day.version, day.draft.base_version, day.draft.report], [1, 1, report(2)]);
  settle(day, day.draft.report, { status: 'replaced', version: 2, report: report(2) });
  assert.equal(day.draft, null);
});

test('the same field changed elsewhere clashes, and nothing of either side is lost', () => {
  const day = known(1, report(1));
  write(day, report(2), NOW);
  learn(day, 2, report(3));
  assert.deepEqual([day.draft.standing, day.draft.report, day.report, day.draft.base], ['clash', report(2), report(3), report(1)]);
});

test('a refusal is kept with its problem, unless it is one that passes', () => {
  const day = known(0, null);
  write(day, report(1), NOW);
  settle(day, report(1), { status: 'refused', problem: { status: 503 } });
  assert.equal(day.draft.standing, 'waiting');
  settle(day, report(1), { status: 'refused', problem: { status: 409, code: 'month_closed' } });
  assert.equal(day.draft.standing, 'refused');
  write(day, report(2), NOW);
  assert.deepEqual([day.draft.standing, day.draft.problem], ['waiting', undefined]);
});

test('what a restored backup has lost is brought back, with a draft on it or without', () => {
  const day = known(5, report(1));
  bringBack(day, 2, report(9));
  assert.deepEqual([day.version, day.draft.base_version, day.draft.report], [2, 2, report(1)]);
  const edited = known(5, report(1));
  write(edited, report(2), NOW);
  bringBack(edited, 0, null);
  assert.deepEqual([edited.draft.base_version, edited.draft.report, edited.draft.base], [0, report(2), null]);
});

test('pauses grow to five minutes, are drawn by chance, and obey the service', () => {
  assert.deepEqual([1, 2, 3, 20].map((failures) => pause(failures, null, 1)), [5, 10, 20, 300]);
  assert.equal(pause(1, null, 0), 2.5);
  assert.equal(pause(1, 40, 0.5), 40);
});
