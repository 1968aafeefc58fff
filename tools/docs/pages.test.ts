import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pages } from './pages.ts';

test.each(pages)('$path says what the code says (mend: npm run build -w tools)', async (page) => {
  const written = await readFile(join(import.meta.dirname, '../..', page.path), 'utf8').catch(() => '');
  expect(written).toBe(page.render());
});
