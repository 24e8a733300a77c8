/** Fields that a thumb can use: steppers, chips, counts by group. Each is a native control, so keyboard and readers know it. */

import { h } from './tree.js';

/** @typedef {import('./tree.js').Branch} Branch */
/**
 * @typedef {object} Option
 * @property {string} value
 * @property {string} label
 */

/** @param {string} name of a symbol in icons/symbols.svg */
export const icon = (name) =>
  h('svg', { class: 'icon', 'aria-hidden': 'true', focusable: 'false' }, h('use', { href: `${symbols}#${name}` }));
const symbols = new URL('../icons/symbols.svg', import.meta.url).pathname;

/** Words below a field about what is wrong with it. @param {string} id of the field @param {string | undefined} fault */
export const faultOf = (id, fault) => fault && h('p', { class: 'fault', id: `${id}-fault` }, icon('warning'), fault);

/** @param {string} id @param {string | undefined} fault */
const described = (id, fault) => ({ 'aria-invalid': fault ? 'true' : null, 'aria-describedby': fault ? `${id}-fault` : null });

/**
 * A number between two buttons.
 * @param {{id: string, label: string, value: number | undefined, least: number, most: number, less: string, more: string,
 *   onchange: (value: number) => void, fault?: string | undefined, unseen?: boolean}} of
 */
export function stepper(of) {
  const value = of.value ?? 0;
  const step = (/** @type {number} */ by) => () => of.onchange(Math.min(of.most, Math.max(of.least, value + by)));
  return h('div', { class: 'stepper', key: of.id },
    h('label', { for: of.id, class: of.unseen ? 'unseen' : null }, of.label),
    h('span', { class: 'steps' },
      h('button', { type: 'button', class: 'step', 'aria-label': `${of.less} : ${of.label}`, disabled: value <= of.least, onclick: step(-1) }, '−'),
      h('input', {
        id: of.id, type: 'number', inputmode: 'numeric', min: of.least, max: of.most, value: of.value ?? '', ...described(of.id, of.fault),
        onfocus: selectAll,
        oninput: (event) => of.onchange(whole(valueOf(event))),
      }),
      h('button', { type: 'button', class: 'step', 'aria-label': `${of.more} : ${of.label}`, disabled: value >= of.most, onclick: step(1) }, '+'),
    ),
    faultOf(of.id, of.fault),
  );
}

/** @param {Event} event */
export const valueOf = (event) => /** @type {HTMLInputElement} */ (event.currentTarget).value;

/** @param {string} text */
const whole = (text) => (/^\d+$/.test(text) ? Number(text) : 0);

/** @param {Event} event */
const selectAll = (event) => /** @type {HTMLInputElement} */ (event.currentTarget).select();

/**
 * One of several, or several of them.
 * @param {{id: string, label: Branch | string, options: Option[], value: string | string[] | undefined, onchange: (value: any) => void,
 *   fault?: string | undefined, hint?: string | undefined}} of
 * @param {...import('./tree.js').Nested} more what stands after the chips
 */
export function chips(of, ...more) {
  const several = Array.isArray(of.value);
  const chosen = (/** @type {string} */ code) => (several ? of.value?.includes(code) : of.value === code) ?? false;
  const toggled = (/** @type {string} */ code) => {
    if (!Array.isArray(of.value)) return code;
    return of.value.includes(code) ? of.value.filter((other) => other !== code) : [...of.value, code];
  };
  return h('fieldset', { class: 'chips', key: of.id, id: of.id, tabindex: '-1', ...described(of.id, of.fault) },
    h('legend', null, of.label),
    of.hint && h('p', { class: 'hint' }, of.hint),
    h('div', { class: 'choices' },
      of.options.map((option) =>
        h('label', { class: 'chip', key: option.value },
          h('input', {
            type: several ? 'checkbox' : 'radio', name: of.id, value: option.value, checked: chosen(option.value),
            onchange: () => of.onchange(toggled(option.value)),
          }),
          h('span', null, option.label),
        )),
      more,
    ),
    faultOf(of.id, of.fault),
  );
}

/**
 * A line of text, or several.
 * @param {{id: string, label: string, value: string, oninput: (value: string) => void, type?: string, autocomplete?: string,
 *   rows?: number, hint?: string | undefined, fault?: string | undefined, required?: boolean, list?: string, maxlength?: number}} of
 * @param {...import('./tree.js').Nested} more
 */
export function text(of, ...more) {
  const hint = of.hint ? `${of.id}-hint` : null;
  return h('div', { class: 'field', key: of.id },
    h('label', { for: of.id }, of.label),
    of.hint && h('p', { class: 'hint', id: `${of.id}-hint` }, of.hint),
    h(of.rows ? 'textarea' : 'input', {
      id: of.id, name: of.id, type: of.rows ? null : (of.type ?? 'text'), rows: of.rows ?? null, value: of.value, maxlength: of.maxlength ?? null,
      autocomplete: of.autocomplete ?? 'off', required: of.required ?? null, list: of.list ?? null, lang: of.rows ? 'fr' : null,
      autocapitalize: of.type === 'email' ? 'none' : null, 'aria-invalid': of.fault ? 'true' : null,
      'aria-describedby': [hint, of.fault && `${of.id}-fault`].filter(Boolean).join(' ') || null,
      oninput: (event) => of.oninput(valueOf(event)),
    }),
    more,
    faultOf(of.id, of.fault),
  );
}

/** @param {string} id @param {string} label @param {boolean} checked @param {(checked: boolean) => void} onchange @param {string} [hint] */
export const check = (id, label, checked, onchange, hint) =>
  h('div', { class: 'tick', key: id },
    h('input', {
      id, type: 'checkbox', checked, 'aria-describedby': hint ? `${id}-hint` : null,
      onchange: (event) => onchange(/** @type {HTMLInputElement} */ (event.currentTarget).checked),
    }),
    h('label', { for: id }, label),
    hint && h('p', { class: 'hint', id: `${id}-hint` }, hint),
  );

/**
 * People by group; what is not said stays undisclosed.
 * @param {{id: string, label: string, options: Option[], value: Record<string, number>, most: number, rest: (count: number) => string,
 *   less: string, more: string, onchange: (value: Record<string, number>) => void, fault?: string | undefined}} of
 */
export function counts(of) {
  const sum = of.options.reduce((all, option) => all + (of.value[option.value] ?? 0), 0);
  return h('fieldset', { class: 'counts', key: of.id, id: of.id, tabindex: '-1', ...described(of.id, of.fault) },
    h('legend', null, of.label),
    of.options.map((option) =>
      stepper({
        id: `${of.id}-${option.value}`, label: option.label, value: of.value[option.value] ?? 0, least: 0, most: 1000, less: of.less, more: of.more,
        onchange: (people) => of.onchange({ ...of.value, [option.value]: people }),
      })),
    h('p', { class: 'hint' }, of.rest(Math.max(0, of.most - sum))),
    faultOf(of.id, of.fault),
  );
}
