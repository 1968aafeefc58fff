import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pages } from './pages.ts';

const root = join(import.meta.dirname, '../..');

for (const page of pages) {
  const file = join(root, page.path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, page.render());
  process.stdout.write(`${page.path}\n`);
}
