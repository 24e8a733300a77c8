/** The pages of a thing of the field: all of them in a list, one of them as a sheet, and the form by which it is written. */

import { freshId } from '../device/device.js';
import { text } from '../parts/fields.js';
import { banner } from '../parts/sheet.js';
import { h } from '../parts/tree.js';
import { focusOn } from '../router.js';
import { plain } from '../words/format.js';
import { fieldWords, labelOf, named, sheetOf, written } from './context.js';
import { bodyOf, communesOf, faultsOf, fieldsOf, select } from './form.js';
import { CODES, THINGS } from './things.js';
import { again, tell, trouble, whole, wrong } from './told.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
/** @typedef {import('../parts/tree.js').Nested} Nested */
/** @typedef {import('./context.js').Context} Context */
/** @typedef {import('./things.js').Field} Field */
/** What is typed and not stored yet; `version` is the one that it was begun from. @typedef {{value: any, version: number, title: string, path: string}} Draft */
/**
 * What a page has beside what all have.
 * @typedef {object} More
 * @property {(state: State, act: Act, ctx: Context, one: any) => Nested} [sheet]
 * @property {(state: State, act: Act, ctx: Context, items: any[]) => Nested} [list]
 * @property {(act: Act, stored: any) => Promise<unknown>} [stored] what follows from storing one
 */

/** How many of a list are shown at once. */
const SHOWN_MAX = 100;

/** What was typed and not stored, by whose it is and by address: it outlives the page, not the application. @type {Map<string, Draft>} */
const drafts = new Map();
addEventListener('beforeunload', (event) => drafts.size > 0 && event.preventDefault());

/** @param {State} state @param {string} path */
const nameOf = (state, path) => `${state.facts.me?.account_id} ${path}`;
/** @param {State} state @param {string} path of a page */
export const draftOf = (state, path) => drafts.get(nameOf(state, path));
/** @param {State} state @param {Act} act @param {string} path @param {Draft | null} draft */
export function keepDraft(state, act, path, draft) {
  if (draft) drafts.set(nameOf(state, path), draft);
  else drafts.delete(nameOf(state, path));
  act.page({ edited: {} });
}

/** Begins a new thing with what is known of it. @param {State} state @param {Act} act @param {string} kind @param {any} [value] */
export function begin(state, act, kind, value) {
  const path = `/app/${kind}/${freshId()}`;
  const start = { ...THINGS[kind]?.start?.(state.today), ...value };
  if (value) drafts.set(nameOf(state, path), { value: start, version: 0, title: fieldWords(state).things[/** @type {'lieux'} */ (kind)].add, path: `${path}?nouveau=1` });
  act.go(`${path}?nouveau=1`);
}

/** The page of a kind of thing. @param {string} kind @param {More} [more] */
export const pageOf = (kind, more = {}) => (/** @type {State} */ state, /** @type {Act} */ act) => {
  const thing = /** @type {import('./things.js').Thing} */ (THINGS[kind]);
  const { id, query } = state.route;
  if (!id) return list(state, act, kind, more);
  if (query['nouveau']) return named(state, act, thing.needs, [], (ctx) => edit(state, act, ctx, kind, { ...thing.start?.(state.today), version: 0 }, more));
  return named(state, act, thing.needs, [`${thing.path}/${id}`], (ctx, one) => (query['modifier'] ? edit(state, act, ctx, kind, one, more) : sheet(state, act, ctx, kind, one, more)));
};

/** @param {State} state @param {Act} act @param {string} kind @param {More} more */
function list(state, act, kind, more) {
  const thing = /** @type {import('./things.js').Thing} */ (THINGS[kind]);
  const words = fieldWords(state);
  const { all, add, none } = words.things[/** @type {'lieux'} */ (kind)];
  return [
    h('a', { class: 'quiet start', href: '/app/terrain' }, state.words.field),
    h('h1', { tabindex: '-1' }, all),
    wrong(state),
    unfinished(state, act, `/app/${kind}/`),
    h('div', { class: 'row', key: 'adding' }, h('button', { type: 'button', class: 'main', onclick: () => begin(state, act, kind) }, add), printer(state)),
    named(state, act, thing.needs, [whole(thing.path)], (ctx, { items }) => [
      more.list?.(state, act, ctx, items),
      h('div', { class: 'pair', key: 'search', role: 'search' },
        text({ id: 'sought', label: words.search, type: 'search', value: state.page['sought'] ?? '', oninput: (sought) => act.page({ sought }) }),
        (thing.filters ?? []).map((name) => filter(state, act, ctx, thing, name, items))),
      found(state, ctx, kind, items, none),
    ]),
  ];
}

/** @param {State} state @param {Act} act @param {Context} ctx @param {import('./things.js').Thing} thing @param {string} name @param {any[]} items */
function filter(state, act, ctx, thing, name, items) {
  const field = thing.fields.find((one) => one.name === name) ?? { name, type: 'one', of: CODES[name] };
  const there = new Set(items.map((one) => String(one[name])));
  const options = field.type === 'commune'
    ? [...there].map((value) => ({ value, label: ctx.commune(value) })).sort((a, b) => a.label.localeCompare(b.label, 'fr'))
    : field.type.startsWith('ref') ? ctx.refs(field.of, [...there]) : ctx.options(field.type === 'tick' ? (CODES[name] ?? '') : field.of);
  return select({ id: `only-${name}`, label: labelOf(ctx, field), options: options.filter((one) => there.has(one.value)), value: state.page[`only-${name}`] ?? '', change: (value) => act.page({ [`only-${name}`]: value }) });
}

/** @param {State} state @param {Context} ctx @param {string} kind @param {any[]} items @param {string} none */
function found(state, ctx, kind, items, none) {
  const thing = /** @type {import('./things.js').Thing} */ (THINGS[kind]);
  const sought = plain(state.page['sought'] ?? '').split(/\s+/).filter(Boolean);
  const fits = (/** @type {any} */ one) => {
    if ((thing.filters ?? []).some((name) => state.page[`only-${name}`] && String(one[name]) !== state.page[`only-${name}`])) return false;
    const text = sought.length > 0 && plain([thing.title(one, ctx), ...thing.told(one, ctx)].join(' '));
    return sought.every((word) => text && text.includes(word));
  };
  const all = items.filter(fits);
  if (all.length === 0) return h('p', { class: 'empty', key: 'none' }, items.length > 0 ? ctx.words.noneFits : none);
  return [
    h('p', { class: 'hint', key: 'count', role: 'status' }, ctx.words.found(all.length, items.length)),
    cards(ctx, kind, all.slice(0, SHOWN_MAX)),
    all.length > SHOWN_MAX && h('p', { class: 'hint', key: 'rest' }, ctx.words.onlyFirst(SHOWN_MAX)),
  ];
}

/** @param {Context} ctx @param {string} kind @param {any[]} items @param {(one: any) => string} [titled] where what is above says a part of the title */
export function cards(ctx, kind, items, titled) {
  const thing = /** @type {import('./things.js').Thing} */ (THINGS[kind]);
  return h('ul', { class: 'cards', key: `cards-${kind}` }, items.map((one) => h('li', { key: one[thing.id] }, h('a', { class: 'card', href: `/app/${kind}/${one[thing.id]}` },
    h('span', null, h('strong', null, titled?.(one) ?? thing.title(one, ctx)), h('span', { class: 'soft' }, thing.told(one, ctx).filter(Boolean).join(' · ')))))));
}

/** What was begun and not stored, of the pages whose address begins so. @param {State} state @param {Act} act @param {string} under */
export function unfinished(state, act, under) {
  const words = fieldWords(state);
  const own = [...drafts].filter(([name]) => name.startsWith(nameOf(state, under)));
  return own.length > 0 && banner('info', h('h2', null, words.unfinished), h('ul', { class: 'cards' }, own.map(([name, draft]) => h('li', { class: 'row', key: name },
    h('a', { class: 'button', href: draft.path }, words.goOn(draft.title)),
    h('button', { type: 'button', class: 'danger', onclick: () => { drafts.delete(name); act.page({ edited: {} }); } }, state.words.discard)))));
}

/** @param {State} state */
export const printer = (state) => h('button', { type: 'button', class: 'unprinted', onclick: () => print() }, fieldWords(state).print);

/** @param {State} state @param {Act} act @param {Context} ctx @param {string} kind @param {any} one @param {More} more */
function sheet(state, act, ctx, kind, one, more) {
  const thing = /** @type {import('./things.js').Thing} */ (THINGS[kind]);
  const path = `/app/${kind}/${one[thing.id]}`;
  return [
    h('a', { class: 'quiet start', href: `/app/${kind}` }, ctx.words.things[/** @type {'lieux'} */ (kind)].all),
    h('h1', { tabindex: '-1' }, thing.title(one, ctx)),
    h('p', { class: 'soft', key: 'told' }, thing.told(one, ctx).filter(Boolean).join(' · ')),
    wrong(state),
    unfinished(state, act, path),
    h('div', { class: 'row', key: 'acts' }, h('a', { class: 'button main', href: `${path}?modifier=1` }, ctx.words.edit), printer(state)),
    sheetOf(ctx, thing.fields, one),
    more.sheet?.(state, act, ctx, one),
  ];
}

/** @param {State} state @param {Act} act @param {Context} ctx @param {string} kind @param {any} one @param {More} more */
function edit(state, act, ctx, kind, one, more) {
  const thing = /** @type {import('./things.js').Thing} */ (THINGS[kind]);
  const path = state.route.path.split('?')[0] ?? '';
  const title = one.version > 0 || state.route.query['modifier'] ? thing.title(one, ctx) : ctx.words.things[/** @type {'lieux'} */ (kind)].add;
  const service = `${thing.path}/${state.route.id}`;
  return [
    h('a', { class: 'quiet start', href: `/app/${kind}` }, ctx.words.things[/** @type {'lieux'} */ (kind)].all),
    h('h1', { tabindex: '-1' }, title),
    editor(state, act, ctx, {
      path, service, fields: thing.fields, one, title,
      stored: async (stored, go) => {
        await more.stored?.(act, stored);
        go(path, { replace: true });
      },
    }),
  ];
}

/**
 * The form of something that has versions: what is typed stays until it is stored, and what changed meanwhile is shown beside it.
 * @param {State} state @param {Act} act @param {Context} ctx
 * @param {{path: string, service: string, fields: Field[], one: any, title: string, stored: (stored: any, go: Act['go']) => Promise<unknown>}} of `go` leads on from the form
 */
export function editor(state, act, ctx, of) {
  const { words } = ctx;
  const draft = draftOf(state, of.path) ?? { value: of.one, version: of.one.version ?? 0, title: of.title, path: state.route.path };
  const told = state.page['wrong'];
  const faults = (told?.body?.errors ?? []).filter((/** @type {any} */ fault) => fault.pointer);
  const change = (/** @type {any} */ value) => keepDraft(state, act, of.path, { ...draft, value });
  const store = async (/** @type {number} */ version, force = false) => {
    if (state.page['storing']) return;
    act.page({ storing: true });
    const goOn = act.goFromHere();
    const condition = /** @type {Record<string, string>} */ (version > 0 ? { 'If-Match': `"${version}"` } : { 'If-None-Match': '*' });
    const answer = await tell('PUT', `${of.service}${force ? '?force=true' : ''}`, bodyOf(ctx, of.fields, draft.value), condition);
    const there = answer.status === 412 ? await tell('GET', of.service) : null;
    if (answer.status < 200 || answer.status > 299) {
      act.page({ wrong: answer, there, storing: false });
      return void setTimeout(() => focusOn('faults'));
    }
    keepDraft(state, act, of.path, null);
    act.page({ wrong: null, there: null, storing: false, [`read ${of.service}`]: undefined });
    await of.stored(answer.body, goOn);
    act.say(words.stored);
  };
  const busy = told?.body?.busy;
  return [
    told && faults.length === 0 && told.status !== 412 && h('div', { class: 'banner warning', role: 'alert', key: 'wrong', id: 'faults', tabindex: '-1' }, h('div', null, trouble(state, told),
      busy && h('a', { href: `/app/seances/${busy.planned_session_id}` }, words.busy(ctx.day(busy.day), ctx.hours(busy))),
      busy && h('button', { type: 'button', onclick: () => void store(draft.version, true) }, words.allTheSame))),
    told && faultsOf(ctx, faults),
    state.page['there'] && clash(state, act, ctx, of, draft, (version) => void store(version)),
    h('form', { class: 'form', key: 'form', novalidate: true, onsubmit: (event) => { event.preventDefault(); void store(draft.version); } },
      communesOf(ctx), fieldsOf({ ctx, faults }, of.fields, draft.value, change),
      h('div', { class: 'row' }, h('button', { type: 'submit', class: 'main' }, state.words.save),
        draftOf(state, of.path) && h('button', { type: 'button', onclick: () => { keepDraft(state, act, of.path, null); act.page({ wrong: null, there: null }); } }, words.startOver))),
  ];
}

/** What was typed beside what somebody else stored meanwhile. @param {State} state @param {Act} act @param {Context} ctx
 * @param {{path: string, service: string, fields: Field[]}} of @param {Draft} draft @param {(version: number) => void} store */
function clash(state, act, ctx, of, draft, store) {
  const { words } = ctx;
  const there = state.page['there'].body ?? {};
  const same = (/** @type {Field} */ field) => JSON.stringify(bodyOf(ctx, [field], draft.value)) === JSON.stringify(bodyOf(ctx, [field], there));
  const take = () => {
    keepDraft(state, act, of.path, null);
    act.page({ there: null, wrong: null });
    again(act, [of.service]);
  };
  return h('section', { class: 'stack clash', key: 'clash', id: 'faults', tabindex: '-1', role: 'alert' },
    h('h2', null, words.changedMeanwhile),
    h('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': words.changedMeanwhile }, h('table', { class: 'figures clash' },
      h('thead', null, h('tr', null, [words.fieldName, words.yours, words.theirs].map((label) => h('th', { scope: 'col', key: label }, label)))),
      h('tbody', null, of.fields.filter((field) => !same(field)).map((field) => h('tr', { key: field.name }, h('th', { scope: 'row' }, labelOf(ctx, field)),
        [draft.value, there].map((side) => h('td', { class: 'lines' }, written(field, side[field.name], ctx) || '–'))))))),
    h('div', { class: 'row' },
      h('button', { type: 'button', onclick: () => store(there.version ?? 0) }, words.keepMine),
      h('button', { type: 'button', onclick: take }, words.takeTheirs)));
}
