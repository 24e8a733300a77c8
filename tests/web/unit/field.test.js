import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import en from '../../../web/words/field_en.js';
import fr from '../../../web/words/field_fr.js';
import boardFr from '../../../web/words/board_fr.js';

const { THINGS } = await import('../../../web/board/things.js');
const shape = (words) => Object.entries(words).map(([key, value]) => [key, typeof value === 'object' ? shape(value) : typeof value]);
const texts = (words) => Object.values(words).flatMap((value) => {
  if (typeof value === 'string') return [value];
  return typeof value === 'function' ? [1, 2].map((count) => value(count, count, count)) : texts(value);
});
/** The fields of a description, with those inside of others. */
const all = (fields) => fields.flatMap((field) => [field, ...(Array.isArray(field.of) ? all(field.of) : typeof field.of === 'object' && field.of ? [field.of] : [])]);

test('the field has the same keys in both languages', () => assert.deepEqual(shape(en), shape(fr)));

test('the field has the spaces and the apostrophe of print in French, and none before marks in English', () => {
  for (const text of texts({ ...fr, hints: {} })) assert.doesNotMatch(text, / [:;!?»]|« |[^\u202f\s][;!?]|[^\u00a0\d\s]:|'|\.\.\./, text);
  for (const text of texts(en)) assert.doesNotMatch(text, /[\s\u00a0\u202f][:;!?]/, text);
});

test('each field of a thing has its label, and each list of codes its words or a list of the service', () => {
  const nomenclature = ['themes', 'kinds', 'levels', 'redirected_to', 'equipment', 'areas'];
  for (const [kind, thing] of Object.entries(THINGS)) {
    assert.ok(fr.things[kind], kind);
    for (const field of all(thing.fields)) {
      assert.ok(fr.fields[field.label ?? field.name], `${kind}: ${field.label ?? field.name}`);
      if (['one', 'many'].includes(field.type)) assert.ok(fr.codes[field.of] ?? boardFr[field.of] ?? nomenclature.includes(field.of), `${kind}: ${field.of}`);
    }
  }
});

test('the fields of each thing are those that the service takes', () => {
  const { schemas } = JSON.parse(readFileSync(new URL('../../../openapi/openapi.json', import.meta.url), 'utf8')).components;
  const requests = { lieux: 'PlaceRequest', partenaires: 'PartnerRequest', conventions: 'AgreementRequest', rencontres: 'MeetingRequest', ateliers: 'WorkshopRequest', demandes: 'RequestOfPartnerRequest',
    seances: 'PlannedSessionRequest', recurrences: 'ScheduleRequest', orientations: 'ReferralRequest', etiquettes: 'TagRequest' };
  for (const [kind, name] of Object.entries(requests)) {
    const fields = [...new Set(THINGS[kind].fields.map((field) => field.name))].sort();
    assert.deepEqual(fields, Object.keys(schemas[name].properties).sort(), kind);
    const needed = THINGS[kind].fields.filter((field) => field.needed).map((field) => field.name).sort();
    assert.deepEqual(needed, schemas[name].required.toSorted(), kind);
  }
});
