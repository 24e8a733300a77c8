/**
 * The renderer: `h` makes a tree of what the page is to be, `patch` brings the page to it. Elements are kept where tag and
 * key are the same, so that focus, caret and what somebody is typing stay. Text is only ever set as text.
 */

/** @typedef {{tag: string, attributes: Attributes, children: Leaf[]}} Branch */
/** @typedef {Branch | string | number | false | null | undefined} Leaf */
/** @typedef {Leaf | NestedList} Nested */
/** @typedef {ReadonlyArray<Nested>} NestedList */

const SVG = 'http://www.w3.org/2000/svg';
/** Attributes that are set as properties: they change when people use the element. */
const PROPERTIES = new Set(['value', 'checked', 'disabled', 'open', 'indeterminate']);

/** What each element that `patch` made was made from. @type {WeakMap<Node, Branch | null>} */
const made = new WeakMap();

/**
 * A branch of a tree. Children may be nested lists; what is false, null or undefined is left out.
 * @param {string} tag
 * @param {Attributes | null} [attributes]
 * @param {...Nested} children
 * @returns {Branch}
 */
export function h(tag, attributes, ...children) {
  return { tag, attributes: attributes ?? {}, children: flat(children) };
}

/** @param {any} nested @returns {Leaf[]} */
const flat = (nested) => nested.flat(Infinity);

/** Makes the content of an element what the tree says, and gives the focus back where it was. @param {Element} parent @param {...Nested} tree */
export function patch(parent, ...tree) {
  const focused = document.activeElement;
  const caret = focused instanceof HTMLInputElement || focused instanceof HTMLTextAreaElement ? caretOf(focused) : null;
  patchChildren(parent, flat(tree), false);
  if (focused instanceof HTMLElement && focused !== document.activeElement && focused.isConnected) {
    focused.focus({ preventScroll: true });
    if (caret && focused instanceof HTMLInputElement) focused.setSelectionRange(caret[0], caret[1]);
  }
  // What had the focus is gone: the heading has it, so that who uses the keyboard does not begin at the top again.
  if (focused && !focused.isConnected) parent.querySelector('h1')?.focus({ preventScroll: true });
}

/** @param {HTMLInputElement | HTMLTextAreaElement} field @returns {[number, number] | null} null for fields that have no caret, such as numbers */
function caretOf(field) {
  return field.selectionStart === null ? null : [field.selectionStart, field.selectionEnd ?? field.selectionStart];
}

/** @param {Element} parent @param {Leaf[]} children @param {boolean} drawing whether the parent is part of a drawing (SVG) */
function patchChildren(parent, children, drawing) {
  const leaves = children.filter((leaf) => leaf !== null && leaf !== undefined && leaf !== false && leaf !== '');
  const find = finder(parent);
  const nodes = leaves.map((leaf) => find(leaf));
  const kept = new Set(nodes);
  for (const node of [...parent.childNodes]) if (!kept.has(node)) node.remove();
  /** @type {[HTMLElement, (element: HTMLElement) => void][]} */
  const fresh = [];
  let place = parent.firstChild;
  leaves.forEach((leaf, index) => {
    const found = nodes[index];
    const node = found ?? create(leaf, drawing);
    if (node === place) place = place?.nextSibling ?? null;
    else parent.insertBefore(node, place);
    if (typeof leaf !== 'object' || leaf === null) {
      if (node.nodeValue !== String(leaf)) node.nodeValue = String(leaf);
    } else {
      update(/** @type {HTMLElement} */ (node), leaf, drawing);
      if (!found && leaf.attributes.made) fresh.push([/** @type {HTMLElement} */ (node), leaf.attributes.made]);
    }
  });
  for (const [element, work] of fresh) work(element);
}

/**
 * Finds among the children of an element, each once, the node that a leaf can go on with: by key, else the next of its kind.
 * @param {Element} parent
 * @returns {(leaf: Leaf) => ChildNode | undefined}
 */
function finder(parent) {
  /** @type {Map<string, ChildNode[]>} */
  const old = new Map();
  for (const node of parent.childNodes) {
    const branch = made.get(node);
    if (branch === undefined) continue;
    const kind = kindOf(branch);
    const list = old.get(kind);
    if (list) list.push(node);
    else old.set(kind, [node]);
  }
  return (leaf) => old.get(kindOf(typeof leaf === 'object' ? leaf : null))?.shift();
}

/** @param {Branch | null | undefined | false} branch */
function kindOf(branch) {
  return branch ? `${branch.tag} ${branch.attributes.key ?? ''}` : '';
}

/** @param {Leaf} leaf @param {boolean} drawing @returns {ChildNode} */
function create(leaf, drawing) {
  const branch = typeof leaf === 'object' && leaf ? leaf : null;
  const svg = drawing || branch?.tag === 'svg';
  const node = !branch
    ? document.createTextNode(String(leaf))
    : svg
      ? document.createElementNS(SVG, branch.tag)
      : document.createElement(branch.tag);
  made.set(node, branch && { ...branch, attributes: { key: branch.attributes.key } });
  return /** @type {ChildNode} */ (/** @type {unknown} */ (node));
}

/** @param {HTMLElement} element @param {Branch} branch @param {boolean} drawing */
function update(element, branch, drawing) {
  const before = /** @type {Record<string, unknown>} */ (made.get(element)?.attributes ?? {});
  const after = /** @type {Record<string, unknown>} */ (branch.attributes);
  made.set(element, branch);
  patchChildren(element, branch.children, drawing || branch.tag === 'svg');
  for (const name in before) if (!(name in after)) set(element, name, null);
  // Properties are compared with the page, since people change them; the rest with what was set before.
  for (const name in after) if (PROPERTIES.has(name) || before[name] !== after[name]) set(element, name, after[name]);
}

/** @param {HTMLElement} element @param {string} name @param {unknown} value */
function set(element, name, value) {
  const properties = /** @type {Record<string, any>} */ (/** @type {unknown} */ (element));
  if (name === 'key' || name === 'made') return;
  if (name.startsWith('on')) properties[name] = value ?? null;
  else if (name === 'vars') {
    for (const [key, part] of Object.entries(/** @type {object} */ (value ?? {}))) element.style.setProperty(`--${key}`, String(part));
  } else if (PROPERTIES.has(name) && name in element) {
    const wanted = name === 'value' ? String(value ?? '') : value === true;
    if (properties[name] !== wanted) properties[name] = wanted;
  } else if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}
