// Reads the inputs for a GitHub release: its tag and the asset patterns.

import { readFileSync } from 'node:fs';
import type { GitHubAccess } from '../action/github/github-client.ts';
import type { ReleaseSettings } from '../action/release/release-assets.ts';
import type { Env } from '../deps.ts';
import { InputError } from '../errors.ts';
import { type NamePattern, readNamePatterns } from '../media/find/name-patterns.ts';
import type { InputReader } from './input-reader.ts';
import type { InputParser } from './parsers.ts';

/** Returns null if `release-assets` is empty. `github` is null only then. */
export function readRelease(
  reader: InputReader,
  env: Env,
  github: GitHubAccess | null,
): ReleaseSettings | null {
  const text = reader.read('release-assets', (given) => given, '');
  if (text === '' || github === null) {
    reader.read('release-tag', noTag, '');
    return null;
  }
  const patterns = readAssetPatterns(reader, text);
  return { ...github, patterns, tag: reader.read('release-tag', (given) => given || tagOfEvent(env), '') };
}

/** The release of the posts, before GitHub is asked about it. */
export interface ReleaseRequest {
  readonly tag: string;
  /** GitHub's description of the release, if it triggered this run; without validation. */
  readonly event: Readonly<Record<string, unknown>> | null;
}

/** The release with the given tag, or the one that triggered this run; null without either. */
export function readReleaseRequest(reader: InputReader, env: Env): ReleaseRequest | null {
  const given = reader.read('release-tag', (text) => text, '');
  const event = releaseOfEvent(env);
  const own = typeof event?.tag_name === 'string' ? event.tag_name : '';
  const tag = given || own;
  return tag === '' ? null : { tag, event: tag === own ? event : null };
}

const noTag: InputParser<string> = (text, name) => {
  if (text === '') return text;
  const reason = 'is set, but `release-assets` is empty; set it to the assets to publish, such as *.mp4';
  throw new InputError('INPUT_INVALID', name, reason);
};

/** Reads line by line, so that one invalid pattern does not hide another. */
function readAssetPatterns(reader: InputReader, lines: string): NamePattern[] {
  const patterns: NamePattern[] = [];
  for (const line of lines.split(/[\r\n]+/)) {
    reader.check(() => patterns.push(...readNamePatterns(line, 'release-assets')));
  }
  return patterns;
}

/** The tag of the release that triggered this run. */
function tagOfEvent(env: Env): string {
  const tag = releaseOfEvent(env)?.tag_name;
  if (typeof tag === 'string' && tag !== '') return tag;
  const { GITHUB_EVENT_NAME: event = '' } = env;
  const reason = event === 'release' ? 'its event has no tag' : `its event is ${event || 'not known'}`;
  throw new InputError(
    'INPUT_MISSING',
    'release-tag',
    `is empty, and no release triggered this run: ${reason}`,
  );
}

/** The release that triggered this run, as GitHub describes it, without validation. Null for another event. */
function releaseOfEvent({
  GITHUB_EVENT_NAME: event,
  GITHUB_EVENT_PATH: file = '',
}: Env): Readonly<Record<string, unknown>> | null {
  if (event !== 'release') return null;
  try {
    return JSON.parse(readFileSync(file, 'utf8')).release ?? null;
  } catch {
    return null;
  }
}
