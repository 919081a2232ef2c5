// Which files of the workspace are tracked by git, so that the job summary can link them. Reads git's own files; starts no
// process, and never fails a run.

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from '../../deps.ts';
import { hasPictureName } from '../../media/media-file.ts';

/** Where GitHub shows the files of the commit that is checked out. */
export interface FileLinks {
  /** Ends with `/blob/COMMIT/`. */
  readonly baseUrl: string;
  readonly trackedFiles: ReadonlySet<string>;
}

/** Null outside GitHub, and without a checkout of the commit that the run is about. */
export function readFileLinks(env: Env): FileLinks | null {
  const {
    GITHUB_SERVER_URL: server,
    GITHUB_REPOSITORY: repository,
    GITHUB_SHA: sha,
    GITHUB_WORKSPACE: root,
  } = env;
  if (!server || !repository || !sha || !root) return null;
  try {
    const git = join(root, '.git');
    if (readHead(git) !== sha) return null;
    const trackedFiles = readIndex(join(git, 'index'));
    return trackedFiles && { baseUrl: `${server}/${repository}/blob/${sha}/`, trackedFiles };
  } catch {
    return null;
  }
}

/** Null for a file that is not tracked. An image opens as the image itself. */
export function fileUrl(file: string, { baseUrl, trackedFiles }: FileLinks): string | null {
  if (!trackedFiles.has(file)) return null;
  const path = file.split('/').map(encodeURIComponent).join('/').replaceAll("'", '%27');
  return `${baseUrl}${path}${hasPictureName(file) ? '?raw=true' : ''}`;
}

/** The commit that is checked out. */
function readHead(git: string): string {
  const head = readFileSync(join(git, 'HEAD'), 'utf8').trim();
  const ref = /^ref: (refs\/[\w./-]+)$/.exec(head)?.[1];
  return ref === undefined || ref.includes('..') ? head : readFileSync(join(git, ref), 'utf8').trim();
}

const MAX_INDEX_BYTES = 64 * 1024 * 1024;
const HEADER_BYTES = 12;
/** Times, device, mode, size, object name and flags. */
const ENTRY_BYTES = 62;
const EXTENDED = 0x4000;

/**
 * The paths in git's index, in its versions 2 and 3; null for another version.
 * https://git-scm.com/docs/index-format
 */
function readIndex(path: string): ReadonlySet<string> | null {
  if (statSync(path).size > MAX_INDEX_BYTES) return null;
  const bytes = readFileSync(path);
  const version = bytes.readUInt32BE(4);
  if (bytes.toString('latin1', 0, 4) !== 'DIRC' || (version !== 2 && version !== 3)) return null;
  const paths = new Set<string>();
  let start = HEADER_BYTES;
  for (let left = bytes.readUInt32BE(8); left > 0; left -= 1) {
    const isExtended = (bytes.readUInt16BE(start + ENTRY_BYTES - 2) & EXTENDED) !== 0;
    const nameStart = start + ENTRY_BYTES + (isExtended ? 2 : 0);
    const nameEnd = bytes.indexOf(0, nameStart);
    if (nameEnd < 0) return null;
    paths.add(bytes.toString('utf8', nameStart, nameEnd));
    // One to eight zero bytes make the length of an entry a multiple of eight.
    start += Math.floor((nameEnd - start + 8) / 8) * 8;
  }
  return paths;
}
