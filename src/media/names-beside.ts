// The names in the folders of videos that may be those of sidecars: each folder is read once, whoever asks.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sidecarStemOf } from './sidecar-names.ts';

/** Rejects when the folder cannot be read. */
export type NamesIn = (folder: string) => Promise<ReadonlySet<string>>;

/** `known`: folders below `root` whose names need not be read. */
export function namesBeside(
  root: string,
  known: Iterable<readonly [folder: string, names: ReadonlySet<string>]> = [],
): NamesIn {
  const folders = new Map(Array.from(known, ([folder, names]) => [folder, Promise.resolve(names)]));
  return (folder) => {
    const names = folders.get(folder) ?? readNames(join(root, folder));
    folders.set(folder, names);
    return names;
  };
}

/** Only names that may be a sidecar's: a folder may hold a million others. The disk may be blind to case; a list is not. */
async function readNames(folder: string): Promise<ReadonlySet<string>> {
  const names = await readdir(folder);
  return new Set(names.filter((name) => sidecarStemOf(name) !== null));
}
