import assert from 'node:assert/strict';
import test from 'node:test';
import en from '../../../web/words/board_en.js';
import fr from '../../../web/words/board_fr.js';

const shape = (words) => Object.entries(words).map(([key, value]) => [key, typeof value === 'object' ? shape(value) : typeof value]);
const texts = (words) => Object.values(words).flatMap((value) => {
  if (typeof value === 'string') return [value];
  return typeof value === 'function' ? [1, 2].map((count) => value(count, count, count)) : texts(value);
});

test('the board has the same keys in both languages', () => assert.deepEqual(shape(en), shape(fr)));

test('the board has the spaces and the apostrophe of print in French, and none before marks in English', () => {
  for (const text of texts(fr)) assert.doesNotMatch(text, / [:;!?»]|« |[^\u202f\s][;!?]|[^\u00a0\d\s]:|'|\.\.\./, text);
  for (const text of texts(en)) assert.doesNotMatch(text, /[\s\u00a0\u202f][:;!?]/, text);
});
