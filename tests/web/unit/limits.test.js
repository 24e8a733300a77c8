import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const WEB = fileURLToPath(new URL('../../../web/', import.meta.url));
const files = readdirSync(WEB, { recursive: true, withFileTypes: true }).filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name).slice(WEB.length));
const text = (file) => readFileSync(join(WEB, file), 'utf8');
const lines = (file) => text(file).split('\n').length - 1;
const modules = files.filter((file) => file.endsWith('.js'));
/** Without comments, which name types. */
const code = (file) => text(file).replace(/\/\*[^]*?\*\//g, '');
const imports = (file) => [...code(file).matchAll(/(?:from |import\()'(\.[^']+)'/g)].map((found) => normalize(join(dirname(file), found[1])));

/** Who may import whom: a folder, or a file at the top, and what it may lead to. */
const ARROWS = {
  domain: ['domain'],
  device: ['device', 'domain'],
  words: ['words', 'domain'],
  parts: ['parts', 'words', 'domain'],
  views: ['views', 'parts', 'words', 'domain', 'device'],
  board: ['board', 'parts', 'words', 'domain', 'device', 'router.js'],
  worker: ['device', 'domain'],
};

test('nothing but what is ours and is shipped is in the folder', () => {
  for (const file of files) assert.match(file, /^[a-z_/-]+\.js$|^app\.css$|^icons\/[a-z0-9-]+\.(svg|png)$/);
});

test('each picture in a line has the colour of its words, in every theme', () => {
  const shapes = text('icons/symbols.svg').match(/<(path|circle|rect)[^>]*>/g);
  assert.ok(shapes.length > 10);
  for (const shape of shapes) assert.match(shape, /currentColor/);
});

test('no file has more than 300 lines, no function more than 60, and the style no more than 500', () => {
  for (const file of modules.filter((name) => !name.startsWith('words/'))) {
    assert.ok(lines(file) <= 300, `${file} has ${lines(file)} lines`);
    let begun = 0;
    text(file).split('\n').forEach((line, index) => {
      if (/^(export )?(async )?function /.test(line)) begun = index;
      const length = index - begun + 1;
      // Stores of functions, whose one function holds others, are counted by these.
      if (line === '}' && begun && !/Of\(|begin|formActs/.test(text(file).split('\n')[begun])) assert.ok(length <= 60, `${file}:${begun + 1} has ${length} lines`);
      if (line === '}') begun = 0;
    });
  }
  assert.ok(lines('app.css') <= 500);
  assert.ok(lines('parts/tree.js') <= 150);
  assert.ok(lines('device/disk.js') <= 60);
});

test('all modules have no more than 7,500 lines, words left out', () => {
  const all = modules.filter((file) => !file.startsWith('words/')).reduce((sum, file) => sum + lines(file), 0);
  assert.ok(all <= 7500, `${all} lines`);
});

test('the arrows between the folders are those of docs/web.md', () => {
  for (const file of modules) {
    const from = file.includes('/') ? file.split('/')[0] : file.replace('.js', '');
    const allowed = ARROWS[from];
    if (!allowed) continue;
    for (const to of imports(file)) assert.ok(allowed.includes(to.split('/')[0]), `${file} imports ${to}`);
  }
});

test('the network is asked in one place, and the disk is opened in one', () => {
  for (const file of modules) {
    if (file !== 'device/link.js' && file !== 'worker.js') assert.doesNotMatch(text(file), /\bfetch\(/, file);
    if (file !== 'device/disk.js') assert.doesNotMatch(text(file), /\bindexedDB\b/, file);
    assert.doesNotMatch(text(file), /innerHTML|insertAdjacentHTML|document\.write|localStorage|sessionStorage|\beval\(/, file);
  }
});

test('an advisor types after twenty modules at most', () => {
  const seen = new Set();
  const visit = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const found of text(file).matchAll(/from '(\.[^']+)';$/gm)) visit(normalize(join(dirname(file), found[1])));
  };
  visit('main.js');
  assert.ok(seen.size <= 20, `${seen.size}: ${[...seen].join(' ')}`);
});
