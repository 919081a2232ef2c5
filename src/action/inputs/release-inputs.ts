// Reads the inputs for a GitHub release: its tag, the asset patterns and the token.

import { readFileSync } from 'node:fs';
import type { Env } from '../../deps.ts';
import { InputError } from '../../errors.ts';
import { type NamePattern, readNamePatterns } from '../../media/find/name-patterns.ts';
import { Secret } from '../../secret.ts';
import type { ReleaseSettings } from '../release/release-assets.ts';
import type { InputReader } from './input-reader.ts';
import { checkToken, type InputParser, parseApiUrl } from './parsers.ts';

/**
 * Returns null if `release-assets` is empty. Then it removes the token without a check. `takeToken` masks the token
 * and removes it from `env`.
 */
export function readRelease(reader: InputReader, env: Env, takeToken: () => string): ReleaseSettings | null {
  const text = reader.read('release-assets', (given) => given, '');
  if (text === '') {
    reader.read('release-tag', noTag, '');
    delete env['INPUT_GITHUB-TOKEN'];
    return null;
  }
  const token = takeToken();
  reader.check(() => checkGitHubToken(token));
  const apiUrl = readApiUrl(reader, env);
  return {
    patterns: readAssetPatterns(reader, text),
    tag: reader.read('release-tag', (given) => given || tagOfEvent(env), ''),
    repository: readRepository(reader, env),
    apiUrl,
    proxy: reader.proxy(apiUrl),
    token: new Secret(token),
  };
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

/** The error message never shows the token. */
function checkGitHubToken(token: string): void {
  if (token === '') {
    const reason = 'is empty; remove the input to use the token of the job';
    throw new InputError('INPUT_MISSING', 'github-token', reason);
  }
  checkToken(token, 'github-token');
}

/** The tag of the release that triggered this run. */
function tagOfEvent({ GITHUB_EVENT_NAME: event = '', GITHUB_EVENT_PATH: file = '' }: Env): string {
  const tag = event === 'release' ? tagIn(file) : null;
  if (tag !== null) return tag;
  const reason = event === 'release' ? 'its event has no tag' : `its event is ${event || 'not known'}`;
  throw new InputError(
    'INPUT_MISSING',
    'release-tag',
    `is empty, and no release triggered this run: ${reason}`,
  );
}

function tagIn(file: string): string | null {
  try {
    const tag: unknown = JSON.parse(readFileSync(file, 'utf8')).release.tag_name;
    return typeof tag === 'string' && tag !== '' ? tag : null;
  } catch {
    return null;
  }
}

function readRepository(reader: InputReader, { GITHUB_REPOSITORY = '' }: Env): ReleaseSettings['repository'] {
  const [, owner = '', repo = ''] = /^([\w.-]+)\/([\w.-]+)$/.exec(GITHUB_REPOSITORY) ?? [];
  reader.check(() => {
    if (repo === '') throw unusable('GITHUB_REPOSITORY', 'the name of a repository (owner/name)');
  });
  return { owner, repo };
}

function readApiUrl(reader: InputReader, { GITHUB_API_URL = '' }: Env): URL {
  let url = new URL('https://api.github.com');
  reader.check(() => {
    try {
      if (GITHUB_API_URL !== '') url = parseApiUrl(GITHUB_API_URL, 'release-assets');
    } catch {
      throw unusable('GITHUB_API_URL', 'an https URL');
    }
  });
  return url;
}

function unusable(variable: string, expected: string): InputError {
  const text = `needs the runner's variable ${variable} to be ${expected}`;
  return new InputError('INPUT_INVALID', 'release-assets', text);
}
