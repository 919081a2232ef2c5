// A post that another process sent, or is sending: waits for its outcome, and looks the post up on LinkedIn. Sends nothing.

import { ActionError } from '../errors.ts';
import { type PostEntry, postKeyText } from './memory.ts';
import type { PlannedPost } from './plan.ts';
import { isTwin } from './post-changes.ts';
import { makeKnownResult, makeResult, nameOf, type PostEnv, type PostResult } from './post-job.ts';
import { searchPost } from './recovery.ts';
import { toLittleText } from './text.ts';

const WAIT_MS = 6 * 60_000;
/** A read of a branch is one request, of 1,000 an hour. */
const POLL_MS = 10_000;

/**
 * Waits while another process sends the post, as long as its claim counts as alive.
 * @throws the errors of the memory; the reason of a cancellation
 */
export async function waitForOtherRun(planned: PlannedPost, env: PostEnv): Promise<PlannedPost> {
  const { clock, signal, memory, decide } = env;
  const endMs = clock.now() + WAIT_MS;
  let current = planned;
  while (current.state === 'sending' && clock.now() < endMs) {
    await clock.sleep(POLL_MS, signal);
    current = decide(planned.candidate, await memory.refresh(), memory.epochMs());
  }
  if (current.state !== 'sending') return current;
  const message = `${nameOf(planned)} may be on LinkedIn: ${current.reason}, and has not ended within 6 minutes`;
  return { ...current, state: 'unknown', reason: null, errors: [new ActionError('POST_UNKNOWN', message)] };
}

/** A post that is found is remembered. Its comment is left to the next run. @throws the errors of the memory */
export async function resolveUnknown(planned: PlannedPost, env: PostEnv): Promise<PostResult> {
  const { memory, decide } = env;
  const { candidate, entry, errors } = planned;
  const { post } = candidate;
  const unknown = makeResult('unknown', { error: errors[0] ?? null });
  if (post === null || entry === undefined || entry.state === 'posted') return unknown;
  // What was sent is not in the file any more.
  if (candidate.digest !== entry.digest) return unknown;
  const sinceMs = Date.parse(entry.claimedAt);
  const searched = { author: post.author, commentary: toLittleText(post.text), sinceMs: () => sinceMs };
  const others = memory.entries().filter((one) => postKeyText(one) !== postKeyText(entry));
  if (others.some((one) => isTwin(one, entry))) return unknown;
  const urn = await searchPost(searched, memory.entries(), env);
  if (urn === null) return unknown;
  const { id, file, author } = candidate;
  const identity = { id, author, apiUrl: env.apiUrl, file, digest: entry.digest };
  const updatedAt = new Date(memory.epochMs()).toISOString();
  const comment = post.comment === null ? {} : { comment: { state: 'due' } as const };
  const found: PostEntry = { ...identity, updatedAt, state: 'posted', urn, urnSource: 'lookup', ...comment };
  await memory.remember([{ toRemember: found, entry }]);
  const current = decide(candidate, memory.entries(), memory.epochMs());
  if (current.state !== 'known') return unknown;
  return { ...makeKnownResult(current), notice: 'was found on LinkedIn by its text' };
}
