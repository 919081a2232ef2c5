// What is known of one kind of fault, and the few ways to say it.

import type { CallName } from './call-name.ts';
import type { Spoil } from './spoils.ts';

export type Struck = CallName | 'disk';

export interface Kind {
  readonly on: readonly Struck[];
  /** The calls at which one fault of this kind must not cost the file its success. */
  readonly mends: readonly Struck[];
  readonly spoil: Spoil;
  /** What refuses a call has not carried it out. */
  readonly isNeverApplied?: boolean;
  /** It ends the run, so that other faults no longer show: struck less often. */
  readonly isFatal?: boolean;
  /** Makes sense with one of the APIs only. */
  readonly api?: 'assets' | 'media';
  /** Makes sense for files that go in parts only. */
  readonly needsParts?: boolean;
}

export function at(on: readonly Struck[], spoil: Spoil, mends: readonly Struck[] = on): Kind {
  return { on, mends, spoil };
}

export const refuses = (kind: Kind): Kind => ({ ...kind, isNeverApplied: true });
export const inAssets = (kind: Kind): Kind => ({ ...kind, api: 'assets' });
export const inParts = (kind: Kind): Kind => ({ ...kind, needsParts: true });
