// The properties of a kind of fault, and functions that define one.

import type { CallName } from './call-name.ts';
import type { FaultEffect } from './fault-effects.ts';

export type FaultTarget = CallName | 'disk';

export interface FaultKind {
  readonly on: readonly FaultTarget[];
  /** The calls on which a single fault of this kind must not make the file fail. */
  readonly recoverableOn: readonly FaultTarget[];
  readonly effect: FaultEffect;
  /** A rejected call is never carried out. */
  readonly isNeverApplied?: boolean;
  /** It stops the run and hides other faults, so it is generated less often. */
  readonly isFatal?: boolean;
  /** Only possible with this API. */
  readonly api?: 'assets' | 'media';
  /** Only possible for files that are sent in parts. */
  readonly needsParts?: boolean;
}

export function at(
  on: readonly FaultTarget[],
  effect: FaultEffect,
  recoverableOn: readonly FaultTarget[] = on,
): FaultKind {
  return { on, recoverableOn, effect };
}

export const rejects = (kind: FaultKind): FaultKind => ({ ...kind, isNeverApplied: true });
export const inAssets = (kind: FaultKind): FaultKind => ({ ...kind, api: 'assets' });
export const inParts = (kind: FaultKind): FaultKind => ({ ...kind, needsParts: true });
