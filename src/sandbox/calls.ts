// A call that is validated but not yet executed. Faults are injected at this point.

import type { Asset } from './asset.ts';
import type { SandboxResponse } from './messages.ts';
import type { ApiName, CallKind, OtherCallKind, Purpose } from './options.ts';

export interface ValidCall {
  readonly kind: CallKind | OtherCallKind;
  /** Null for a call outside the three media APIs. */
  readonly api: ApiName | null;
  /** Empty for a register call, which has not created its asset yet. Several for a batch read. */
  readonly assets: readonly Asset[];
  /** Register calls only. Later calls use the recipes of their assets. */
  readonly recipes?: readonly string[];
  /** Uploads only. */
  readonly purpose?: Purpose;
  /** `answerStatus` is the status that a fault sets instead of the real one, or null. */
  execute(answerStatus: number | null): Promise<CallResult>;
}

export interface CallResult {
  /** The affected assets, including one that the call created. */
  readonly assets: readonly Asset[];
  /** LinkedIn's response, before faults change it. */
  readonly response: SandboxResponse;
}
