// Writes post/post.schema.json, with which editors complete and check the front matter of posts, from the schema that
// the action parses with. `--write` brings it up to date; otherwise nothing is written.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { frontMatterSchema } from '../src/post/front-matter.ts';
import { toJSONSchema } from '../src/schema.ts';

export const POST_SCHEMA_PATH = resolve(import.meta.dirname, '../post/post.schema.json');

/** Draft 7, because not every editor knows a newer one. */
export function generatePostSchema(): string {
  const schema = toJSONSchema(frontMatterSchema, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify(schema, null, 2)}\n`;
}

async function checkPostSchema(write: boolean): Promise<void> {
  const text = generatePostSchema();
  const current = await readFile(POST_SCHEMA_PATH, 'utf8').catch(() => '');
  if (current.replaceAll('\r\n', '\n') === text) return;
  if (!write)
    throw new Error(
      'post/post.schema.json is behind src/post/front-matter.ts.\nRun `npm run fix` and commit it.',
    );
  await mkdir(dirname(POST_SCHEMA_PATH), { recursive: true });
  await writeFile(POST_SCHEMA_PATH, text);
}

if (import.meta.main) {
  try {
    await checkPostSchema(process.argv.includes('--write'));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
