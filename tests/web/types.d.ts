/** Types that the client's JSDoc names: those of the API's document, and what an element of the tree may be given. */

import type { components } from '../../target/web/api.js';

declare global {
  type Schemas = components['schemas'];
  type Words = typeof import('../../web/words/fr.js').default & typeof import('../../web/words/fr_later.js').default;

  interface Attributes {
    key?: string | number | undefined;
    /** Called once, when the element is on the page. */
    made?: (element: HTMLElement) => void;
    /** Custom properties of CSS, without their hyphens. */
    vars?: Record<string, string | number>;
    [aria: `aria-${string}`]: string | null | undefined;
    [data: `data-${string}`]: string | null | undefined;
    id?: string;
    class?: string | null;
    lang?: string | null;
    role?: string | null;
    tabindex?: '-1' | '0';
    title?: string;
    href?: string;
    download?: string | boolean;
    for?: string;
    name?: string;
    type?: string | null;
    value?: string | number | undefined;
    checked?: boolean;
    disabled?: boolean;
    open?: boolean;
    required?: boolean | null;
    readonly?: boolean;
    novalidate?: boolean;
    min?: string | number;
    max?: string | number;
    maxlength?: number | null;
    rows?: number | null;
    list?: string | null;
    inputmode?: 'numeric';
    autocomplete?: string;
    autocapitalize?: string | null;
    scope?: 'col' | 'row';
    colspan?: number;
    rowspan?: number;
    selected?: boolean;
    focusable?: 'false';
    src?: string;
    alt?: string;
    onclick?: (event: MouseEvent) => unknown;
    oninput?: (event: Event) => unknown;
    onchange?: (event: Event) => unknown;
    onfocus?: (event: FocusEvent) => unknown;
    onsubmit?: (event: SubmitEvent) => unknown;
    onkeydown?: (event: KeyboardEvent) => unknown;
    onclose?: (event: Event) => unknown;
    ontoggle?: (event: Event) => unknown;
  }

  interface ServiceWorkerGlobalScope extends EventTarget {
    skipWaiting(): Promise<void>;
    addEventListener(type: string, listener: (event: any) => void): void;
  }
}
