/** What is done with places: merging, giving them what was reported under their name, bringing them in from a file, the nation's list. */

import { text } from '../parts/fields.js';
import { h } from '../parts/tree.js';
import { fieldWords, named } from './context.js';
import { communesOf, select } from './form.js';
import { again, save, shown, tell, wrong, write } from './told.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
/** @typedef {import('./context.js').Context} Context */

/** @param {State} state @param {Act} act @param {Context} ctx */
export const placeList = (state, act, { words }) => h('div', { class: 'row', key: 'ways' },
  h('a', { class: 'button', href: '/app/importer' }, words.importing), h('a', { class: 'button', href: '/app/national' }, words.national),
  h('button', { type: 'button', onclick: () => void save(state, act, '/v1/places?format=national-csv') }, words.nationalFile));

/** @param {State} state @param {Act} act @param {Context} ctx @param {Schemas['Place']} one */
export const place = (state, act, ctx, one) => (one.merged_into
  ? h('a', { class: 'button', key: 'merged', href: `/app/lieux/${one.merged_into}` }, ctx.words.mergedInto)
  : named(state, act, ['lieux'], [], (names) => [merging(state, act, names, one), assigning(state, act, names, one)]));

/** @param {State} state @param {Act} act @param {Context} ctx @param {Schemas['Place']} one */
function merging(state, act, ctx, one) {
  const { words } = ctx;
  const into = state.page['into'] ?? '';
  const path = `/v1/places/${one.place_id}`;
  const merge = async () => {
    const goOn = act.goFromHere();
    if (await write(act, ['POST', `${path}/merge`, { into }], words.mergedDone, [path])) goOn(`/app/lieux/${into}`);
  };
  return h('details', { class: 'others', key: 'merging' }, h('summary', null, words.merging),
    h('form', { class: 'stack', novalidate: true, onsubmit: (event) => { event.preventDefault(); void merge(); } },
      h('p', { class: 'hint' }, words.mergingHint),
      select({ id: 'into', label: words.into, value: into, options: ctx.refs('lieux', []).filter((option) => option.value !== one.place_id), change: (id) => act.page({ into: id }) }),
      h('button', { type: 'submit', class: 'main', disabled: !into }, words.mergeNow)));
}

/** @param {State} state @param {Act} act @param {Context} ctx @param {Schemas['Place']} one */
function assigning(state, act, ctx, one) {
  const { words } = ctx;
  const name = state.page['assigned-name'] ?? one.name;
  const commune = state.page['assigned-commune'] ?? ctx.commune(one.commune_code);
  /** @type {Schemas['Assignment'] | undefined} */
  const found = state.page['assignment'];
  const assign = async (/** @type {boolean} */ dry) => {
    const body = { place_name: name.trim(), ...(commune.trim() && { commune_code: ctx.communeCode(commune) }) };
    const assignment = await write(act, ['POST', `/v1/places/${one.place_id}/assignment${dry ? '?dry_run=true' : ''}`, body], dry ? '' : words.assigned, []);
    if (assignment) act.page({ assignment: dry ? assignment : undefined });
  };
  return h('details', { class: 'others', key: 'assigning' }, h('summary', null, words.assigning),
    h('form', { class: 'stack', novalidate: true, onsubmit: (event) => { event.preventDefault(); void assign(true); } },
      h('p', { class: 'hint' }, words.assigningHint), communesOf(ctx),
      text({ id: 'assigned-name', label: words.fields.place_name, value: name, oninput: (value) => act.page({ 'assigned-name': value, assignment: undefined }) }),
      text({ id: 'assigned-commune', label: words.fields.commune_code, list: 'communes', value: commune, oninput: (value) => act.page({ 'assigned-commune': value, assignment: undefined }) }),
      h('button', { type: 'submit' }, words.look),
      found && h('p', { role: 'status' }, words.wouldAssign(found.interventions, found.days, found.in_closed_months)),
      found && found.interventions > 0 && h('button', { type: 'button', class: 'main', onclick: () => void assign(false) }, words.assignNow)));
}

/** Brings places in from a file; first it is only said what would become of each line. @param {State} state @param {Act} act */
function importer(state, act) {
  const words = fieldWords(state);
  /** @type {File | undefined} */
  const file = state.page['file'];
  /** @type {Schemas['PlacesImport'] | undefined} */
  const told = state.page['import'];
  const send = async (/** @type {boolean} */ dry) => {
    if (!file || state.page['sending']) return;
    act.page({ sending: true });
    const type = file.name.toLowerCase().endsWith('.json') ? 'application/json' : 'text/csv';
    const answer = await tell('POST', `/v1/places/import${dry ? '?dry_run=true' : ''}`, new Blob([file], { type }), { 'Content-Type': type });
    act.page({ sending: false, ...(answer.status === 200 ? { import: answer.body, wrong: null } : { wrong: answer }) });
  };
  return [
    h('a', { class: 'quiet start', href: '/app/lieux' }, words.things.lieux.all),
    h('h1', { tabindex: '-1' }, words.importing),
    h('p', { class: 'hint', key: 'hint' }, words.importHint),
    wrong(state),
    h('form', { class: 'stack', key: 'file', novalidate: true, onsubmit: (event) => { event.preventDefault(); void send(true); } },
      h('div', { class: 'field' }, h('label', { for: 'file' }, words.file),
        h('input', { id: 'file', type: 'file', onchange: (event) => act.page({ file: /** @type {HTMLInputElement} */ (event.currentTarget).files?.[0], import: undefined }) })),
      h('button', { type: 'submit', class: told ? null : 'main', disabled: !file }, words.tryFile)),
    told && outcomes(state, act, told, () => void send(false)),
  ];
}

/** @param {State} state @param {Act} act @param {Schemas['PlacesImport']} told @param {() => void} take */
function outcomes(state, act, told, take) {
  const words = fieldWords(state);
  const only = state.page['result'] ?? '';
  const results = /** @type {const} */ (['created', 'changed', 'same', 'proposed', 'refused']);
  const why = (/** @type {Schemas['ImportedLine']} */ line) => [
    line.why && words.codes.doubts[line.why], ...line.faults.map((fault) => [fault.column, fault.detail].filter(Boolean).join(' : ')), line.columns.length > 0 && line.columns.join(', '),
  ].filter(Boolean).join(' · ');
  return h('section', { class: 'stack', key: 'outcomes' },
    h('h2', null, told.dry_run ? words.wouldBecome : words.became),
    h('p', { role: 'status' }, results.map((result) => `${words.codes.results[result]} : ${told[result]}`).join(' · ')),
    told.empty > 0 && h('p', { class: 'hint' }, words.emptyLines(told.empty)),
    told.unread_columns.length > 0 && h('p', { class: 'hint' }, words.unread(told.unread_columns.join(', '))),
    told.dry_run && told.created + told.changed > 0 && h('button', { type: 'button', class: 'main', onclick: take }, words.importNow),
    select({ id: 'result', label: words.result, value: only, options: results.map((value) => ({ value, label: words.codes.results[value] })), change: (result) => act.page({ result }) }),
    h('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': words.importing }, h('table', { class: 'figures text' },
      h('thead', null, h('tr', null, [words.line, words.fields.name, words.result, words.whyResult].map((label) => h('th', { scope: 'col', key: label }, label)))),
      h('tbody', null, told.lines.filter((line) => !only || line.result === only).map((line) => h('tr', { key: line.line }, h('th', { scope: 'row' }, line.line), h('td', null, line.name ?? '–'),
        h('td', null, words.codes.results[line.result]),
        h('td', null, why(line), line.candidates.map((one, index) => h('p', { class: 'row', key: index },
          one.place_id ? h('a', { href: `/app/lieux/${one.place_id}` }, one.name) : words.lineNamed(one.line ?? 0, one.name), h('span', { class: 'soft' }, words.score(one.score)))))))))));
}

/** Which places are no lines of the nation's list, and what is written otherwise there. @param {State} state @param {Act} act */
function national(state, act) {
  const words = fieldWords(state);
  const path = '/v1/places/national-check';
  const remarks = (/** @type {string} */ title, /** @type {Schemas['NationalRemarkOfPlace'][]} */ all) => all.length > 0 && h('section', { class: 'stack', key: title }, h('h2', null, title),
    h('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': title }, h('table', { class: 'figures text' }, h('tbody', null, all.map((one, index) => h('tr', { key: index },
      h('th', { scope: 'row' }, h('a', { href: `/app/lieux/${one.place_id}?modifier=1` }, one.name)), h('td', null, one.detail)))))));
  return [
    h('a', { class: 'quiet start', href: '/app/lieux' }, words.things.lieux.all),
    h('h1', { tabindex: '-1' }, words.national),
    shown(state, act, [path, '/v1/organisation'], (/** @type {Schemas['NationalCheck']} */ check, /** @type {Schemas['Organisation']} */ organisation) => [
      h('p', { class: check.left_out.length > 0 ? 'verdict' : 'verdict good', key: 'count' }, words.nationalCount(check.places, check.exported, check.published)),
      organisation.publishes && organisation.slug && h('p', { key: 'open' }, `${words.openList} `, h('code', null, `${location.origin}/open/${organisation.slug}/places.csv`)),
      remarks(words.leftOut, check.left_out), remarks(words.otherwise, check.otherwise),
      h('div', { class: 'row', key: 'again' }, h('button', { type: 'button', onclick: () => again(act, [path]) }, words.lookAgain),
        ['csv', 'json'].map((form) => h('button', { type: 'button', key: form, onclick: () => void save(state, act, `/v1/places?format=national-${form}`) }, form.toUpperCase()))),
    ]),
  ];
}

export { importer, national };
