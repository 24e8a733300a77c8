/** Addresses of the application: what each says, and how one goes to another. */

import { isDay, isMonth } from './domain/days.js';

/**
 * @typedef {object} Route
 * @property {string} name the first part below `/app/`
 * @property {string | null} date
 * @property {string | null} month
 * @property {string | null} id the part after the day, or the first part that is neither day nor month
 * @property {Record<string, string>} query
 * @property {string} path
 */

/** @param {URL | Location} url @returns {Route} */
export function routeOf(url) {
  const [name = '', ...rest] = url.pathname.replace(/^\/app\/?/, '').split('/').filter(Boolean);
  const [first = null, second = null] = rest;
  const date = isDay(first) ? first : null;
  const month = isMonth(first) ? first : null;
  return {
    name: name || 'jour',
    date,
    month,
    id: date ? second : month ? null : first,
    query: Object.fromEntries(new URLSearchParams(url.search)),
    path: url.pathname + url.search,
  };
}

/** Follows links and the browser's own back and forward. @param {(route: Route, by: 'link' | 'back') => void} arrive */
export function follow(arrive) {
  addEventListener('popstate', () => arrive(routeOf(location), 'back'));
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0;
    if (!link || elsewhere || event.defaultPrevented || link.hasAttribute('download') || link.target) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || !url.pathname.startsWith('/app/')) return;
    event.preventDefault();
    if (url.hash && url.pathname === location.pathname) return void focusOn(url.hash.slice(1));
    history.pushState(null, '', url);
    arrive(routeOf(url), 'link');
  });
}

/** @param {string} path @param {boolean} replace @returns {Route} */
export function moveTo(path, replace) {
  const url = new URL(path, location.href);
  if (replace) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  return routeOf(url);
}

/** @param {string} id */
export function focusOn(id) {
  const element = document.getElementById(id);
  element?.scrollIntoView({ block: 'center' });
  element?.focus();
}
