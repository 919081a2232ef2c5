// The release that the inputs name: by its tag, or because it triggered this run.

import { readFileSync } from 'node:fs';
import type { Env } from '../deps.ts';
import { InputError } from '../errors.ts';

/** The release of the posts, before GitHub is asked about it. */
export interface ReleaseRequest {
  readonly tag: string;
  /** GitHub's description of the release, if it triggered this run; without validation. */
  readonly event: Readonly<Record<string, unknown>> | null;
}

/** The release with the given tag, or the one that triggered this run; null without either. */
export function releaseOf(givenTag: string, env: Env): ReleaseRequest | null {
  const event = releaseOfEvent(env);
  const own = typeof event?.tag_name === 'string' ? event.tag_name : '';
  const tag = givenTag || own;
  return tag === '' ? null : { tag, event: tag === own ? event : null };
}

/** The tag for `release-assets`. @throws InputError */
export function tagOf(givenTag: string, env: Env): string {
  const release = releaseOf(givenTag, env);
  if (release !== null) return release.tag;
  const { GITHUB_EVENT_NAME: event = '' } = env;
  const reason = event === 'release' ? 'its event has no tag' : `its event is ${event || 'not known'}`;
  const text = `is empty, and no release triggered this run: ${reason}`;
  throw new InputError('INPUT_MISSING', 'release-tag', text);
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
