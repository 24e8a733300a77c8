/** What the pages of the field need to name things: the other things, advisors, communes, the labels of codes. */

import { optionsOf } from '../parts/labels.js';
import { h } from '../parts/tree.js';
import { clock, hours, list, longDay, number, plain, plainDay } from '../words/format.js';
import en from '../words/field_en.js';
import fr from '../words/field_fr.js';
import { THINGS } from './things.js';
import { said, shown, tell, whole } from './told.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
/** @typedef {import('../parts/tree.js').Nested} Nested */
/** @typedef {import('./things.js').Field} Field */
/** @typedef {import('../parts/fields.js').Option} Option */
/** @typedef {Awaited<ReturnType<typeof contextOf>>} Context */

/** What the pages of the field say. @param {State} state */
export const fieldWords = (state) => (state.language === 'en' ? en : fr);

const DEPARTMENTS_MAX = 12;
/** @param {string} code of a commune */
const departmentOf = (code) => code.slice(0, code.startsWith('97') ? 3 : 2);
/** Where things of a kind are listed. @param {string} kind */
const listOf = (kind) => (kind === 'conseillers' ? '/v1/advisors' : kind === 'seances' ? '' : whole(THINGS[kind]?.path ?? ''));

/** @param {State} state @param {any} known the things that were asked for, by kind @param {Schemas['Commune'][]} communes
 * @param {(typed: string) => unknown} [seek] finds communes that are not known here */
export function contextOf(state, known, communes, seek = () => {}) {
  const words = fieldWords(state);
  const codes = /** @type {Record<string, Record<string, string>>} */ ({ ...words.codes, roles: said(state).roles, calendars: said(state).calendars });
  const byId = (/** @type {string} */ kind) => known[kind] ?? [];
  const twice = new Set(communes.map((one) => one.name).filter((name, index, names) => names.indexOf(name) !== index));
  const ctx = {
    state, words, communes, seek,
    /** @param {Schemas['Commune']} one */
    communeName: (one) => (twice.has(one.name) ? `${one.name} (${one.department})` : one.name),
    /** @param {string | null | undefined} code */
    commune: (code) => (code ? (communes.find((one) => one.code === code)?.name ?? code) : ''),
    /** The code of what was typed: a name, or a code. @param {string} typed */
    communeCode: (typed) => communes.find((one) => plain(ctx.communeName(one)) === plain(typed.trim()))?.code ?? typed.trim(),
    /** @param {string} list @param {string} code @returns {string} */
    code: (list, code) => ctx.options(list).find((one) => one.value === code)?.label ?? code,
    /** @param {string} list @returns {Option[]} */
    options: (list) => {
      if (list === 'areas') return (state.facts.organisation?.areas ?? []).map((one) => ({ value: one.code, label: one.name }));
      const own = codes[list];
      return own ? Object.entries(own).map(([value, label]) => ({ value, label })) : optionsOf(state, list);
    },
    /** The day in words; with its year where that is another. @param {string} day */
    day: (day) => longDay(state.language, day, state.today),
    /** @param {string} from @param {string} to */
    period: (from, to) => words.period(plainDay(state.language, from, state.today), plainDay(state.language, to, state.today)),
    /** @param {{from: string, to: string}} of */
    hours: (of) => hours(state.language, of),
    /** @param {string} kind @param {string | null | undefined} id @returns {string} */
    name: (kind, id) => {
      const one = id && byId(kind).find((/** @type {any} */ thing) => thing[idOf(kind)] === id);
      return one ? titleOf(kind, one) : '';
    },
    /** The things of a kind that can be chosen; what has ended stays where it was chosen. @param {string} kind @param {string[]} chosen @returns {Option[]} */
    refs: (kind, chosen) => byId(kind)
      .filter((/** @type {any} */ one) => chosen.includes(one[idOf(kind)]) || !(one.merged_into || one.closed_on || one.retired || one.closed))
      .map((/** @type {any} */ one) => ({ value: one[idOf(kind)], label: kind === 'lieux' ? [one.name, ctx.commune(one.commune_code)].filter(Boolean).join(', ') : titleOf(kind, one) })),
  };
  /** @param {string} kind */
  const idOf = (kind) => THINGS[kind]?.id ?? 'advisor_id';
  /** @param {string} kind @param {any} one @returns {string} */
  const titleOf = (kind, one) => THINGS[kind]?.title(one, ctx) ?? one.name;
  return ctx;
}

/**
 * Shows a page that names things of these kinds; until they have come, where that is.
 * @param {State} state @param {Act} act @param {string[]} kinds @param {string[]} paths what the page is about
 * @param {(ctx: Context, ...bodies: any[]) => Nested} show @returns {Nested}
 */
export function named(state, act, kinds, paths, show) {
  const lists = [...new Set(kinds)].filter(listOf);
  return shown(state, act, [...lists.map(listOf), ...paths, '/v1/organisation'], (...bodies) => {
    const known = Object.fromEntries(lists.map((kind, index) => [kind, bodies[index].items]));
    const about = bodies.slice(lists.length, -1);
    const codes = new Set(/** @type {string[]} */ (bodies.at(-1).territory?.communes ?? []));
    for (const one of [...Object.values(known), ...about.map((body) => body.items ?? [body])].flat()) if (one?.commune_code) codes.add(one.commune_code);
    const departments = [...new Set([...codes].map(departmentOf))].sort().slice(0, DEPARTMENTS_MAX);
    return shown(state, act, departments.map((code) => `/v1/communes?department=${code}`), (...lists) => {
      const all = [...lists.flatMap((one) => one.items), .../** @type {Schemas['Commune'][]} */ (state.page['sought-communes'] ?? [])];
      const communes = [...new Map(all.map((one) => [one.code, one])).values()];
      return show(contextOf(state, known, communes, (typed) => seek(state, act, typed)), ...about);
    });
  });
}

/** Asks for the communes of a name, wherever they are. @param {State} state @param {Act} act @param {string} typed */
async function seek(state, act, typed) {
  const told = await tell('GET', `/v1/communes?q=${encodeURIComponent(typed)}`);
  const known = /** @type {Schemas['Commune'][]} */ (state.page['sought-communes'] ?? []);
  const fresh = (told.body?.items ?? []).filter((/** @type {Schemas['Commune']} */ one) => !known.some((other) => other.code === one.code));
  act.page({ 'sought-communes': [...known, ...fresh] });
}

/** What a field says, in words; nothing where it says nothing. @param {Field} field @param {any} value @param {Context} ctx @returns {string} */
export function written(field, value, ctx) {
  const { words, state } = ctx;
  const all = (/** @type {any[]} */ values, /** @type {(one: any) => string} */ say) => values.map(say).filter(Boolean).join('\n');
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return '';
  switch (field.type) {
    case 'tick': return value ? words.yes : '';
    case 'number': return number(state.language, Number(value));
    case 'date': return ctx.day(value);
    case 'time': return clock(state.language, value);
    case 'commune': return ctx.commune(ctx.communeCode(String(value)));
    case 'one': return ctx.code(field.of, value);
    case 'many': return list(state.language, value.map((/** @type {string} */ code) => ctx.code(field.of, code)));
    case 'ref': return ctx.name(field.of, value) || value;
    case 'refs': return list(state.language, value.map((/** @type {string} */ id) => ctx.name(field.of, id) || id));
    case 'kept': return '';
    case 'communes': return all(value, (one) => ctx.commune(ctx.communeCode(one)));
    case 'lines': return all(value, String);
    case 'list': return all(value, (one) => written(field.of, one, ctx));
    case 'counts': return list(state.language, Object.entries(value).filter(([, count]) => Number(count) > 0).map(([code, count]) => `${ctx.code(field.of, code)} ${count}`));
    case 'object': return field.of.map((/** @type {Field} */ part) => written(part, value[part.name], ctx)).filter(Boolean).join(', ');
    case 'items': return all(value, (one) => (field.line ?? field.told)?.(one, ctx) ?? field.of.map((/** @type {Field} */ part) => written(part, one[part.name], ctx)).filter(Boolean).join(', '));
    default: return String(value);
  }
}

/** @param {Context} ctx @param {Field} field */
export const labelOf = (ctx, field) => /** @type {Record<string, string>} */ (ctx.words.fields)[field.label ?? field.name] ?? field.name;

/** A sheet: each field that says something, with its label. @param {Context} ctx @param {Field[]} fields @param {any} one */
export const sheetOf = (ctx, fields, one) =>
  h('dl', { class: 'facts', key: 'sheet' }, fields.filter((field) => !field.when || field.when(one)).map((field) => [field, written(field, one[field.name], ctx)]).filter(([, text]) => text)
    .map(([field, text]) => h('div', { key: /** @type {Field} */ (field).name }, h('dt', null, labelOf(ctx, /** @type {Field} */ (field))), h('dd', { class: 'lines' }, /** @type {string} */ (text)))));
