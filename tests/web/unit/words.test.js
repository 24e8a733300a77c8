import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import enFirst from '../../../web/words/en.js';
import enLater from '../../../web/words/en_later.js';
import { clock, dayOfMonth, duration, hour, hours, list, longDay, plainDay, shortDay } from '../../../web/words/format.js';
import frFirst from '../../../web/words/fr.js';
import frLater from '../../../web/words/fr_later.js';
import statementEn from '../../../web/words/statement_en.js';
import statementFr from '../../../web/words/statement_fr.js';

const [fr, en] = [{ ...frFirst, ...frLater }, { ...enFirst, ...enLater }];
const WEB = fileURLToPath(new URL('../../../web/', import.meta.url));

/** Every text; functions are asked with 1 and with 2. */
function* texts(words, path = '') {
  for (const [key, value] of Object.entries(words)) {
    const at = `${path}${key}`;
    if (typeof value === 'string') yield [at, value];
    else if (typeof value === 'function') for (const count of [1, 2]) yield [`${at}(${count})`, value(count, count)];
    else yield* texts(value, `${at}.`);
  }
}

const shape = (words) => Object.entries(words).map(([key, value]) => [key, typeof value === 'object' ? shape(value) : typeof value]);

test('both languages have the same keys, in the same order', () => {
  assert.deepEqual(shape(enFirst), shape(frFirst));
  assert.deepEqual(shape(enLater), shape(frLater));
  assert.deepEqual(shape(statementEn), shape(statementFr));
});

test('French has its spaces: none that breaks before a mark, narrow before ; ! ?, and the apostrophe of print', () => {
  for (const [at, text] of [...texts(fr), ...texts(statementFr)]) {
    assert.doesNotMatch(text, / [:;!?»]|« /, at);
    assert.doesNotMatch(text, /[^\u202f\s][;!?]/, at);
    assert.doesNotMatch(text, /[^\u00a0\d\s]:/, at);
    assert.doesNotMatch(text, /'/, at);
    assert.doesNotMatch(text, /\.\.\./, at);
  }
});

test('English has none before its marks', () => {
  for (const [at, text] of [...texts(en), ...texts(statementEn)]) assert.doesNotMatch(text, /[\s\u00a0\u202f][:;!?]/, at);
});

test('one is one, in both languages, and in French nothing is one too', () => {
  assert.equal(fr.countPeople(1), '1\u00a0personne');
  assert.equal(fr.countPeople(0), '0\u00a0personne');
  assert.equal(fr.unsent(2), '2\u00a0jours à envoyer');
  assert.equal(en.countPeople(0), '0 people');
  assert.equal(en.unsent(1), '1 day to send');
});

test('days, hours and durations are written as people write them', () => {
  assert.equal(longDay('fr', '2026-11-27'), 'vendredi 27 novembre');
  assert.equal(longDay('fr', '2026-05-01'), 'vendredi 1er mai');
  assert.equal(longDay('fr', '2025-11-27', '2026-01-01'), 'jeudi 27 novembre 2025');
  assert.equal(shortDay('fr', '2026-11-24', '2026-11-27'), 'mardi 24');
  assert.equal(shortDay('fr', '2026-10-02', '2026-11-27'), 'vendredi 2 octobre');
  assert.equal(hour('fr', '2026-11-27T08:05:00Z', 'Europe/Paris'), '9\u00a0h\u00a005');
  assert.equal(hour('en', '2026-11-27T08:05:00Z', 'Europe/Paris'), '09:05');
  assert.equal(clock('fr', '14:00'), '14\u00a0h');
  assert.equal(hours('fr', { from: '09:30', to: '11:00' }), '9\u00a0h\u00a030\u00a0– 11\u00a0h');
  assert.equal(hours('en', { from: '09:30', to: '11:00' }), '09:30\u00a0– 11:00');
  assert.equal(plainDay('fr', '2026-05-01', '2026-11-27'), '1er mai');
  assert.equal(plainDay('fr', '2025-05-02', '2026-11-27'), '2 mai 2025');
  assert.equal(dayOfMonth('fr', '2026-05-01'), '1er');
  assert.equal(dayOfMonth('fr', '2026-05-11'), '11');
  assert.equal(duration(90), '1\u00a0h\u00a030');
  assert.equal(duration(60), '1\u00a0h');
  assert.equal(duration(45), '45\u00a0min');
  assert.equal(list('fr', ['a', 'b', 'c']), 'a, b et c');
});

test('each text is said somewhere', () => {
  const files = readdirSync(WEB, { recursive: true }).filter((file) => file.endsWith('.js') && !file.startsWith('words/'));
  const code = files.map((file) => readFileSync(join(WEB, file), 'utf8')).join('');
  for (const key of Object.keys(fr)) assert.match(code, new RegExp(`words\\.${key}\\b`), key);
});

test('what comes before an advisor can type says nothing that comes later', () => {
  const seen = new Set();
  const visit = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(join(WEB, file), 'utf8');
    for (const key of Object.keys(frLater)) if (!file.startsWith('words/')) assert.doesNotMatch(text, new RegExp(`words\\.${key}\\b`), `${file}: ${key}`);
    for (const found of text.matchAll(/from '(\.[^']+)';$/gm)) visit(normalize(join(dirname(file), found[1])));
  };
  visit('main.js');
});
