// Checks that the tables of docs, between markers such as <!-- inputs:start --> and <!-- inputs:end -->, match
// the files of the two actions and src/errors/error-codes.ts. `--write` updates the pages.

import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { ERROR_CODES } from '../src/errors/error-codes.ts';

const ROOT = resolve(import.meta.dirname, '..');

interface Described {
  readonly description?: string;
  readonly required?: string;
  readonly default?: string;
}

interface Documented {
  readonly inputs?: Readonly<Record<string, Described>>;
  readonly outputs?: Readonly<Record<string, Described>>;
}

interface ErrorDoc {
  readonly code: string;
  readonly meaning: string;
}

/** Every code, in the order of src/errors/error-codes.ts. */
export function errorDocs(): ErrorDoc[] {
  return (Object.keys(ERROR_CODES) as (keyof typeof ERROR_CODES)[]).map((code) => ({
    code,
    meaning: ERROR_CODES[code].meaning,
  }));
}

export interface GeneratedDocs {
  /** The whole page with up-to-date tables. */
  readonly text: string;
  /** The names of the blocks that differ in the given page. */
  readonly differing: readonly string[];
}

/** What a page shows: the file of an action, or the error codes. */
type Source =
  // `uploads` is the file of the upload action: the page of the post action leaves out what both describe alike.
  | { readonly actionYml: string; readonly uploads?: string }
  | { readonly errors: readonly ErrorDoc[] };

/**
 * Pure.
 * @throws Error if a marker is missing
 */
export function generateDocs(markdown: string, source: Source, page = 'README.md'): GeneratedDocs {
  const tables = 'errors' in source ? { errors: errorTable(source.errors) } : actionTables(source);
  const differing: string[] = [];
  let text = markdown;
  for (const [name, lines] of Object.entries(tables)) {
    const updated = replaceBlock(text, name, { content: lines, page });
    if (updated !== text) differing.push(name);
    text = updated;
  }
  return { text, differing };
}

function actionTables({
  actionYml,
  uploads,
}: {
  readonly actionYml: string;
  readonly uploads?: string;
}) {
  const action = parseAction(actionYml);
  const other = uploads === undefined ? {} : parseAction(uploads);
  return {
    inputs: table(['input', 'default', 'meaning'], ownRows(action.inputs, other.inputs, inputRow)),
    outputs: table(['output', 'value'], ownRows(action.outputs, other.outputs, outputRow)),
  };
}

/** The failsafe schema keeps scalars as text, so that defaults are shown as in action.yml. */
function parseAction(text: string): Documented {
  return parse(text, { schema: 'failsafe' });
}

type Entries = Readonly<Record<string, Described>>;

/** One row for each of `entries`, and a last one for those that are the same in `others`. */
function ownRows(
  entries: Entries = {},
  others: Entries = {},
  row: (entry: [string, Described]) => string[],
): string[][] {
  const isShared = ([name, entry]: [string, Described]) => isDeepStrictEqual(entry, others[name]);
  const all = Object.entries(entries);
  const own = all.filter((entry) => !isShared(entry)).map(row);
  const shared = all.filter(isShared).map(([name]) => asCode(name));
  if (shared.length === 0) return own;
  return [
    ...own,
    row(['', { description: 'as for [uploads](../docs/inputs.md)' }]).with(0, shared.join(', ')),
  ];
}

function errorTable(errors: readonly ErrorDoc[]): string {
  return table(
    ['code', 'meaning'],
    errors.map(({ code, meaning }) => [asCode(code), meaning]),
  );
}

function inputRow([name, input]: [string, Described]): string[] {
  const byDefault = input.required === 'true' ? '**required**' : asCode(input.default ?? '');
  return [asCode(name), byDefault, input.description ?? ''];
}

function outputRow([name, output]: [string, Described]): string[] {
  return [asCode(name), output.description ?? ''];
}

function asCode(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(asCell).join(' | ')} |`)
    .join('\n');
}

/** A cell is one line. A pipe must be escaped, even in code. */
function asCell(text: string): string {
  return text.trim().replace(/\s+/g, ' ').replaceAll('|', '\\|');
}

function replaceBlock(
  markdown: string,
  name: string,
  { content, page }: { readonly content: string; readonly page: string },
): string {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const from = markdown.indexOf(start);
  const to = markdown.indexOf(end, from);
  if (from < 0 || to < 0)
    throw new Error(`${page} has no block ${start} … ${end}: add both lines.`);
  return `${markdown.slice(0, from + start.length)}\n\n${content}\n\n${markdown.slice(to)}`;
}

/** The pages with tables, and the file that each describes. */
export const DOCUMENTED_PAGES = [
  { page: 'docs/inputs.md', source: 'action.yml' },
  { page: 'post/README.md', source: 'post/action.yml', uploads: 'action.yml' },
  { page: 'docs/errors.md', source: 'src/errors/error-codes.ts' },
] as const;

/** The tables of a page, as they should be. `read` gets paths from the root of the project. */
export async function generatePage(
  documented: (typeof DOCUMENTED_PAGES)[number],
  read: (path: string) => Promise<string>,
): Promise<GeneratedDocs> {
  const { page, source } = documented;
  return generateDocs(await read(page), await contentOf(), page);

  async function contentOf(): Promise<Source> {
    if (source === 'src/errors/error-codes.ts') return { errors: errorDocs() };
    const actionYml = await read(source);
    return 'uploads' in documented
      ? { actionYml, uploads: await read(documented.uploads) }
      : { actionYml };
  }
}

async function checkDocs(write: boolean): Promise<void> {
  for (const one of DOCUMENTED_PAGES) {
    const { text, differing } = await generatePage(one, (path) => readText(join(ROOT, path)));
    if (differing.length === 0) continue;
    const blocks = differing.map((name) => `<!-- ${name}:start -->`).join(', ');
    if (!write)
      throw new Error(
        `${one.page} differs from ${one.source} in ${blocks}.\nRun \`npm run fix\` and commit it.`,
      );
    await writeFile(join(ROOT, one.page), text);
  }
}

/** With LF line endings, even if git converted them on this machine. */
async function readText(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).replaceAll('\r\n', '\n');
}

if (import.meta.main) {
  try {
    await checkDocs(process.argv.includes('--write'));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
