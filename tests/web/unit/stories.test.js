import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('../', import.meta.url));
const STORIES = `${HERE}stories/`;

test('README names every story that the design numbers, and each of them is there', () => {
  const rows = [...readFileSync(`${HERE}README.md`, 'utf8').matchAll(/^\| ([^|]+) \| `(\w+\.py)` `(\w+)` \|/gm)];
  assert.ok(rows.length > 28);
  for (const [, , file, name] of rows) assert.ok(readFileSync(STORIES + file, 'utf8').includes(`def ${name}(`), `${file} has no ${name}`);
  const told = new Map(rows.map(([, number, file, name]) => [name, { number, file }]));
  for (const file of readdirSync(STORIES).filter((one) => one.startsWith('test_'))) {
    for (const [, name, number] of readFileSync(STORIES + file, 'utf8').matchAll(/^def (test_\w+)\([^)]*\):\n {4}"""Story (\d+)/gm)) {
      assert.equal(told.get(name)?.number, number, `${file} ${name} is not in README.md`);
    }
  }
});
