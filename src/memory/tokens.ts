// The days on which runs first saw an access token. The memory holds a part of the token's digest, not the token. Pure.

import { createHash } from 'node:crypto';
import { dayOf } from '../format.ts';
import type { Secret } from '../secret.ts';
import type { Draft } from './manifest.ts';

/** An older token has expired a month ago. */
const KEPT_DAYS = 90;
const DAY_MS = 86_400_000;

export function tokenKey(token: Secret): string {
  return createHash('sha256').update(token.reveal()).digest('hex').slice(0, 16);
}

/** Adds a token that no run has seen yet, and forgets old ones. False: nothing changed. */
export function addToken(draft: Draft, key: string, epochMs: number): boolean {
  if (key in draft.tokens) return false;
  const oldest = dayOf(epochMs - KEPT_DAYS * DAY_MS);
  const kept = Object.entries(draft.tokens).filter(([, day]) => day >= oldest);
  draft.tokens = Object.fromEntries([...kept, [key, dayOf(epochMs)]]);
  return true;
}
