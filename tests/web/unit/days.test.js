import assert from 'node:assert/strict';
import test from 'node:test';
import { between, dayIn, daysOf, isDay, isMonth, missing, plus, plusMonths, weekday } from '../../../web/domain/days.js';

test('today is the day of the organisation, wherever the phone is', () => {
  const instant = new Date('2026-11-27T23:30:00Z');
  assert.equal(dayIn('Europe/Paris', instant), '2026-11-28');
  assert.equal(dayIn('Pacific/Noumea', instant), '2026-11-28');
  assert.equal(dayIn('America/Cayenne', instant), '2026-11-27');
});

test('the changes of the hour neither lose nor repeat a day', () => {
  assert.equal(dayIn('Europe/Paris', new Date('2026-10-24T22:30:00Z')), '2026-10-25');
  assert.equal(dayIn('Europe/Paris', new Date('2026-10-25T22:30:00Z')), '2026-10-25');
  assert.equal(dayIn('Europe/Paris', new Date('2026-10-25T23:30:00Z')), '2026-10-26');
  assert.equal(plus('2026-03-28', 2), '2026-03-30');
});

test('days and months are counted over the ends of years', () => {
  assert.equal(plus('2024-02-28', 1), '2024-02-29');
  assert.equal(plus('2026-01-01', -1), '2025-12-31');
  assert.equal(between('2025-12-31', '2026-03-01'), 60);
  assert.equal(plusMonths('2026-01', -1), '2025-12');
  assert.equal(plusMonths('2026-11', 14), '2028-01');
  assert.equal(daysOf('2024-02').length, 29);
  assert.equal(weekday('2026-11-27'), 4);
});

test('what is no day is told from what is one', () => {
  assert.ok(isDay('2024-02-29'));
  for (const text of ['2026-02-29', '2026-13-01', '2026-1-1', 'nouvelle', '', null]) assert.equal(isDay(text), false, String(text));
  assert.ok(isMonth('2026-11'));
  assert.equal(isMonth('2026-13'), false);
});

test('missing days are those the service named, less those written here, and the working days since', () => {
  const told = { to: '2026-11-25', items: ['2026-11-20', '2026-11-24'] };
  const working = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];
  assert.deepEqual(missing(told, working, '2026-11-30', (day) => day === '2026-11-24'), ['2026-11-20', '2026-11-26', '2026-11-27']);
  assert.deepEqual(missing(null, working, '2026-11-30', () => false), []);
});
