// dist/licenses.txt: every package that has code in any file of dist/, its licence and the text of it, and the texts of
// what a package bundles itself. ncc's own list knows the first file alone.

import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** Where a package has code of others without their text: the folder or file → the text, in scripts/notices/. */
const VENDORED: Vendored = {
  // https://github.com/nodejs/llhttp/blob/6f35833f4ad76d7fed9ab44746e4ea4aacc3217d/LICENSE
  'undici/lib/llhttp': 'llhttp.txt',
  // LICENSE of https://www.npmjs.com/package/formdata-polyfill/v/4.0.10
  'undici/lib/web/fetch/body.js': 'formdata-polyfill.txt',
};

type Vendored = Readonly<Record<string, string>>;

/**
 * One section for each folder of a package. `files`: the absolute paths of what is bundled. Throws when a package comes
 * without a licence or without its text, and when nothing of an entry in `vendored` is bundled.
 */
export async function licensesOf(
  folders: readonly string[],
  files: readonly string[],
  vendored = VENDORED,
): Promise<string> {
  const paths = files.map((file) => `${file.split(sep).join('/')}/`);
  const unused = Object.keys(vendored).find((path) => !paths.some((file) => file.includes(`/${path}/`)));
  if (unused !== undefined) throw new Error(`scripts/licenses.ts names ${unused}, which is not bundled`);
  const sections = await Promise.all(folders.map((folder) => sectionOf(folder, files, vendored)));
  return sections.sort().join('\n\n');
}

async function sectionOf(folder: string, files: readonly string[], vendored: Vendored): Promise<string> {
  const { name, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const text = await textIn(folder);
  if (typeof license !== 'string' || text === null) {
    throw new Error(`${name} is bundled, but ${folder} does not say under which licence`);
  }
  const texts = [text];
  for (const inner of foldersWithin(folder, files)) {
    const nested = await textIn(join(folder, inner));
    if (nested !== null) texts.push(`${name}/${inner}:\n\n${nested}`);
  }
  for (const [path, notice] of Object.entries(vendored)) {
    if (!path.startsWith(`${name}/`)) continue;
    texts.push(`${path}:\n\n${await readFile(join(import.meta.dirname, 'notices', notice), 'utf8')}`);
  }
  return `${name}\n${license}\n${texts.join('\n')}`;
}

/** The folders of a package on the way to its own files, each once, sorted; not those of a package inside it. */
function foldersWithin(folder: string, files: readonly string[]): string[] {
  const folders = files
    .map((file) => relative(folder, file).split(sep))
    .filter((parts) => parts[0] !== '..' && !parts.includes('node_modules'))
    .flatMap((parts) => parts.slice(0, -1).map((_, at) => parts.slice(0, at + 1).join('/')));
  return [...new Set(folders)].sort();
}

async function textIn(folder: string): Promise<string | null> {
  const file = (await readdir(folder)).find((one) => /^licen[cs]e(\.|$)/i.test(one));
  return file === undefined ? null : await readFile(join(folder, file), 'utf8');
}
