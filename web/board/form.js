/** A form that is made of a description: each field by its type, what the service found wrong at its field, and the body that is sent. */

import { check, chips, counts, faultOf, text, valueOf } from '../parts/fields.js';
import { summary } from '../parts/sheet.js';
import { h } from '../parts/tree.js';
import { plain } from '../words/format.js';
import { labelOf } from './context.js';

/** @typedef {import('./things.js').Field} Field */
/** @typedef {import('./context.js').Context} Context */
/** @typedef {import('../parts/tree.js').Nested} Nested */
/** @typedef {{pointer?: string, detail: string}} Fault */
/** @typedef {{ctx: Context, faults: Fault[], most?: number}} Around */

const ROWS = 4;
/** The kinds of a line of text that browsers know. */
const TYPES = /** @type {Record<string, string>} */ ({ text: 'text', email: 'email', tel: 'tel', url: 'url', date: 'date', time: 'time', number: 'text', commune: 'text' });

/** @param {string} pointer of a field in the body */
const idAt = (pointer) => `f${pointer.replaceAll('/', '-')}`;

/** Shows fields; `change` gets the whole value anew. @param {Around} around @param {Field[]} fields @param {any} value @param {(value: any) => void} change @param {string} [at] @returns {Nested} */
export const fieldsOf = (around, fields, value, change, at = '') =>
  fields.filter((field) => !field.when || field.when(value)).map((field) =>
    fieldOf({ ...around, most: value.participants }, field, value[field.name], (next) => change({ ...value, [field.name]: next }), `${at}/${field.name}`));

/** @param {Around} around @param {Field} field @param {any} value @param {(value: any) => void} change @param {string} pointer @param {string} [label] @returns {Nested} */
function fieldOf(around, field, value, change, pointer, label = labelOf(around.ctx, field)) {
  const { ctx, faults } = around;
  const id = idAt(pointer);
  const own = faults.filter((fault) => fault.pointer === pointer || (!HOLDERS.has(field.type) && fault.pointer?.startsWith(`${pointer}/`)));
  const fault = own.map((one) => one.detail).join(' ') || undefined;
  const hint = /** @type {Record<string, string>} */ (ctx.words.hints)[field.label ?? field.name];
  switch (field.type) {
    case 'tick': return [check(id, label, value ?? false, change, hint), faultOf(id, fault)];
    case 'one': return select({ id, label, options: ctx.options(field.of), value: value ?? '', change, fault });
    case 'ref': return select({ id, label, options: ctx.refs(field.of, [value]), value: value ?? '', change, fault });
    case 'many': return chips({ id, label, options: ctx.options(field.of), value: value ?? [], onchange: change, fault });
    case 'refs': return chips({ id, label, options: ctx.refs(field.of, value ?? []), value: value ?? [], onchange: change, fault });
    case 'counts': return counts({
      id, label, options: ctx.options(field.of), value: value ?? {}, most: Number(around.most ?? 0), rest: ctx.words.undisclosed, less: ctx.state.words.less, more: ctx.state.words.more, onchange: change, fault,
    });
    case 'list': return group(around, { id, label, pointer, fault }, value ?? [], change, null, (one, set, at, number) => fieldOf(around, field.of, one, set, at, `${label} ${number}`));
    case 'items': return group(around, { id, label, pointer, fault, told: field.told }, value ?? [], change, {}, (one, set, at) => fieldsOf(around, field.of, one, set, at));
    case 'object': return h('fieldset', { class: 'part', key: id, id, tabindex: '-1' }, h('legend', null, label), faultOf(id, fault), fieldsOf(around, field.of, value ?? {}, change, pointer));
    case 'communes': return text({ id, label, rows: ROWS, value: (value ?? []).map(ctx.commune).join('\n'), oninput: (typed) => change(typed.split('\n')), fault, hint: ctx.words.oneALine });
    case 'kept': return null;
    case 'area': return text({ id, label, rows: ROWS, value: value ?? '', oninput: change, fault, hint });
    case 'lines': return text({ id, label, rows: ROWS, value: (value ?? []).join('\n'), oninput: (typed) => change(typed.split('\n')), fault, hint: hint ?? ctx.words.oneALine });
    case 'commune': return text({ id, label, value: ctx.commune(value), list: 'communes', oninput: (typed) => { change(typed); soughtOf(ctx, typed); }, fault, hint: ctx.state.words.communeHint });
    default: return text({ id, label, type: TYPES[field.type] ?? 'text', value: String(value ?? ''), oninput: change, fault, hint });
  }
}

/** A name that begins no commune that is known here is asked for. @param {Context} ctx @param {string} typed */
function soughtOf(ctx, typed) {
  const begun = plain(typed.trim());
  if (begun.length >= 3 && !ctx.communes.some((one) => plain(ctx.communeName(one)).startsWith(begun))) ctx.seek(typed.trim());
}

/** The types whose parts say themselves what is wrong with them. */
const HOLDERS = new Set(['object', 'items', 'list']);

/** @param {{id: string, label: string, options: import('../parts/fields.js').Option[], value: string, change: (value: string) => void, fault?: string | undefined}} of */
export const select = (of) =>
  h('div', { class: 'field', key: of.id }, h('label', { for: of.id }, of.label),
    h('select', { id: of.id, 'aria-invalid': of.fault ? 'true' : null, 'aria-describedby': of.fault ? `${of.id}-fault` : null, onchange: (event) => of.change(valueOf(event)) },
      h('option', { value: '', selected: of.value === '' }, '–'),
      of.options.map((option) => h('option', { key: option.value, value: option.value, selected: option.value === of.value }, option.label))),
    faultOf(of.id, of.fault));

/**
 * Several of a kind, each of which can be taken away.
 * @param {Around} around @param {{id: string, label: string, pointer: string, fault: string | undefined, told?: Field['told']}} of @param {any[]} values @param {(values: any[]) => void} change
 * @param {any} fresh @param {(one: any, set: (one: any) => void, at: string, number: number) => Nested} show
 */
function group({ ctx, faults }, of, values, change, fresh, show) {
  // What has many fields is folded under its name, unless it is new or something is wrong in it.
  const folded = (/** @type {any} */ one, /** @type {number} */ index, /** @type {Nested} */ parts) => (of.told
    ? h('details', { class: 'others', ...(faults.some((fault) => fault.pointer?.startsWith(`${of.pointer}/${index}/`)) && { open: true }), made: (element) => element.toggleAttribute('open', !one.kind) },
      h('summary', null, of.told(one, ctx)), h('div', { class: 'stack' }, parts))
    : parts);
  return h('fieldset', { class: 'part', key: of.id, id: of.id, tabindex: '-1', 'aria-describedby': of.fault ? `${of.id}-fault` : null },
    h('legend', null, of.label), faultOf(of.id, of.fault),
    values.map((one, index) => h('div', { class: 'stack inset', key: index },
      folded(one, index, show(one, (next) => change(values.map((other, place) => (place === index ? next : other))), `${of.pointer}/${index}`, index + 1)),
      h('button', { type: 'button', class: 'danger', 'aria-label': `${ctx.state.words.remove} : ${of.label} ${index + 1}`, onclick: () => change(values.filter((_, place) => place !== index)) }, ctx.state.words.remove))),
    h('button', { type: 'button', 'aria-label': `${ctx.state.words.add} : ${of.label}`, onclick: () => change([...values, fresh]) }, ctx.state.words.add));
}

/** The communes that a field offers; stands once in a form. @param {Context} ctx */
export const communesOf = (ctx) => h('datalist', { id: 'communes', key: 'communes' }, ctx.communes.map((one) => h('option', { key: one.code, value: ctx.communeName(one) })));

/** All that the service found wrong, with a link to each field that the form has. @param {Context} ctx @param {Fault[]} faults */
export const faultsOf = (ctx, faults) =>
  faults.length > 0 && summary(ctx.state.words.faultsTitle(faults.length), faults.map((fault) => ({ id: idAt(fault.pointer ?? ''), text: fault.detail })));

/** What is sent of what was typed: nothing of what was left empty. @param {Context} ctx @param {Field[]} fields @param {any} value @returns {Record<string, any>} */
export const bodyOf = (ctx, fields, value) =>
  Object.fromEntries(fields.filter((field) => !field.when || field.when(value)).map((field) => [field.name, sentOf(ctx, field, value[field.name])]).filter(([, sent]) => sent !== undefined));

/** @param {Context} ctx @param {Field} field @param {any} value @returns {any} undefined: nothing was said */
function sentOf(ctx, field, value) {
  const empty = field.type === 'many' ? [] : field.type === 'number' ? undefined : '';
  return saidOf(ctx, field, value) ?? (field.needed ? empty : undefined);
}

/** @param {Context} ctx @param {Field} field @param {any} value @returns {any} undefined: nothing was said */
function saidOf(ctx, field, value) {
  const some = (/** @type {any[]} */ values) => (values.length > 0 ? values : undefined);
  const given = (/** @type {Record<string, any>} */ body) => (Object.values(body).some((one) => one !== '') ? body : undefined);
  if (value === null || value === undefined || value === false) return undefined;
  switch (field.type) {
    case 'tick': return true;
    case 'many': case 'refs': return some(value);
    case 'kept': return value;
    case 'communes': return some(value.map(ctx.communeCode).filter(Boolean));
    case 'lines': return some(value.map((/** @type {string} */ line) => line.trim()).filter(Boolean));
    case 'list': return some(value.map((/** @type {any} */ one) => sentOf(ctx, field.of, one)).filter((/** @type {any} */ one) => one !== undefined));
    case 'items': return some(value.map((/** @type {any} */ one) => ({ ...(one.id && { id: one.id }), ...bodyOf(ctx, field.of, one) })));
    case 'object': return given(bodyOf(ctx, field.of, value));
    case 'counts': return given(Object.fromEntries(Object.entries(value).filter(([, count]) => Number(count) > 0)));
    case 'commune': return ctx.communeCode(String(value)) || undefined;
    case 'number': return numberOf(String(value));
    default: return String(value).trim() || undefined;
  }
}

/** A number as people write it; what is none is sent as it stands, for the service to say so. @param {string} typed */
function numberOf(typed) {
  const text = typed.trim();
  const number = Number(text.replace(',', '.').replace(/\s/g, ''));
  return text === '' ? undefined : Number.isNaN(number) ? text : number;
}
