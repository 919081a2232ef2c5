// Writes the JSON Schemas of post files, results and manifest from the schemas that the actions use. Editors and users
// check files with them. `--write` brings them up to date; otherwise nothing is written.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { contentSchema } from '../src/memory/content.ts';
import { frontMatterSchema } from '../src/post/file/front-matter.ts';
import { postEntrySchema } from '../src/post/memory/post-entry.ts';
import { postRow } from '../src/report/posts/post-row.ts';
import { resultRow } from '../src/report/uploads/result-row.ts';
import * as z from '../src/schema.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** By path. */
export const JSON_SCHEMAS = {
  'post/post.schema.json': frontMatterSchema,
  'schemas/results.schema.json': z.array(resultRow),
  'schemas/post-results.schema.json': z.array(postRow),
  'schemas/manifest.schema.json': contentSchema.extend({
    posts: z
      .record(z.string(), postEntrySchema)
      .describe('What the post action remembers of each post.')
      .exactOptional(),
  }),
} as const;

type SchemaPath = keyof typeof JSON_SCHEMAS;

/** Draft 7, because not every editor knows a newer one. */
export function generateSchema(path: SchemaPath): string {
  const schema = z.toJSONSchema(JSON_SCHEMAS[path], {
    io: 'input',
    target: 'draft-7',
    // Of lists that our own code must not change. Files have no such parts.
    override: ({ jsonSchema }) => void delete jsonSchema.readOnly,
  });
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** With LF line endings, even if git converted them on this machine. Empty without a file. */
export async function readSchema(path: SchemaPath): Promise<string> {
  const text = await readFile(join(ROOT, path), 'utf8').catch(() => '');
  return text.replaceAll('\r\n', '\n');
}

async function checkSchemas(write: boolean): Promise<void> {
  for (const path of Object.keys(JSON_SCHEMAS) as SchemaPath[]) {
    const text = generateSchema(path);
    if ((await readSchema(path)) === text) continue;
    if (!write)
      throw new Error(`${path} is behind the schema in src/.\nRun \`npm run fix\` and commit it.`);
    await mkdir(dirname(join(ROOT, path)), { recursive: true });
    await writeFile(join(ROOT, path), text);
  }
}

if (import.meta.main) {
  try {
    await checkSchemas(process.argv.includes('--write'));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
