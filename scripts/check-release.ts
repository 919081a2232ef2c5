// Checks a release tag: `node scripts/check-release.ts v1.2.3` fails unless package.json, its lock file and CHANGELOG.md
// have the same version. Prints the release notes, which are the section of the version in CHANGELOG.md.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');

export interface Release {
  /** `v1.2.3`. */
  readonly tag: string;
  /** The texts of the files. */
  readonly manifest: string;
  readonly lock: string;
  readonly changelog: string;
}

/** The section of the version in the changelog, without its heading. @throws Error that names the file to correct */
export function readNotes({ tag, manifest, lock, changelog }: Release): string {
  const version = /^v(\d+\.\d+\.\d+)$/.exec(tag)?.[1];
  if (version === undefined) throw new Error(`${tag} is not a release tag: use vX.Y.Z`);
  for (const [name, text] of Object.entries({
    'package.json': manifest,
    'package-lock.json': lock,
  })) {
    const stated = (JSON.parse(text) as { version?: string }).version;
    if (stated !== version) throw new Error(`${name} has version ${stated}, but the tag is ${tag}`);
  }
  const section = changelog.split(/^## /m).find((part) => part.startsWith(`[${version}] - `));
  const [heading = '', ...lines] = (section ?? '').split('\n');
  if (!/\] - \d{4}-\d{2}-\d{2}$/.test(heading.trimEnd())) {
    throw new Error(`CHANGELOG.md has no heading "## [${version}] - YYYY-MM-DD"`);
  }
  const notes = lines.join('\n').trim();
  if (notes === '') throw new Error(`CHANGELOG.md has an empty section for ${version}`);
  return notes;
}

if (import.meta.main) {
  const [tag = ''] = process.argv.slice(2);
  const read = (name: string) => readFileSync(join(ROOT, name), 'utf8').replaceAll('\r\n', '\n');
  try {
    const [manifest, lock, changelog] = [
      read('package.json'),
      read('package-lock.json'),
      read('CHANGELOG.md'),
    ];
    console.log(readNotes({ tag, manifest, lock, changelog }));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
