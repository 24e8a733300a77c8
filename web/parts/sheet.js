/** What stands above the page: dialogs, notices with their undo, what is wrong in a form. */

import { icon } from './fields.js';
import { h } from './tree.js';

/** @typedef {import('./tree.js').Nested} Nested */

/**
 * A dialog; Escape and the button close it.
 * @param {string} id @param {string} title @param {string} close the button's word @param {() => void} onclose
 * @param {...Nested} content
 */
export const sheet = (id, title, close, onclose, ...content) =>
  h('dialog', {
    key: id, id, class: 'sheet', 'aria-labelledby': `${id}-title`, onclose,
    onclick: (event) => event.target === event.currentTarget && /** @type {HTMLDialogElement} */ (event.currentTarget).close(),
    made: (element) => /** @type {HTMLDialogElement} */ (element).showModal(),
  },
  h('div', { class: 'sheet-body' },
    h('header', null,
      h('h2', { id: `${id}-title` }, title),
      h('button', { type: 'button', class: 'quiet', 'aria-label': close, onclick: onclose }, icon('close'))),
    content));

/** @param {'info' | 'warning' | 'good'} tone @param {...Nested} content */
export const banner = (tone, ...content) => h('div', { class: `banner ${tone}` }, icon(tone), h('div', null, content));

/**
 * What was just done, until the next action; no time limit.
 * @param {{text: string, undo?: () => void, label?: string}} notice @param {() => void} dismiss @param {string} close
 */
export const noticeBar = (notice, dismiss, close) =>
  h('div', { class: 'notice', key: 'notice', role: 'region', 'aria-label': notice.text },
    h('p', null, notice.text),
    notice.undo && h('button', { type: 'button', onclick: notice.undo }, notice.label),
    h('button', { type: 'button', class: 'quiet', 'aria-label': close, onclick: dismiss }, icon('close')));

/** All that is wrong in a form, with a link to each field. @param {string} title @param {{id: string, text: string}[]} faults */
export const summary = (title, faults) =>
  h('div', { class: 'banner warning', id: 'faults', key: 'faults', tabindex: '-1', role: 'alert' },
    icon('warning'),
    h('div', null,
      h('h2', null, title),
      h('ul', null, faults.map((fault) => h('li', null, h('a', { href: `#${fault.id}` }, fault.text))))));
