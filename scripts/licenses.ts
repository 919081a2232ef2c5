// dist/licenses.txt: every package that has code in any file of dist/, its licence and the text of it. ncc's own list
// knows the first file alone.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One section for each folder of a package. Throws when a package comes without a licence or without its text. */
export async function licensesOf(folders: readonly string[]): Promise<string> {
  const sections = await Promise.all(folders.map(sectionOf));
  return sections.sort().join('\n\n');
}

async function sectionOf(folder: string): Promise<string> {
  const { name, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((one) => /^licen[cs]e(\.|$)/i.test(one));
  if (typeof license !== 'string' || file === undefined) {
    throw new Error(`${name} is bundled, but ${folder} does not say under which licence`);
  }
  return `${name}\n${license}\n${await readFile(join(folder, file), 'utf8')}`;
}
