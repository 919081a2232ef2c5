// A call between being found right and being carried out: the moment when trouble may strike.

import type { ApiName, Asset } from './asset.ts';
import type { SandboxResponse } from './messages.ts';
import type { CallKind, OtherCallKind } from './options.ts';
import type { Purpose } from './uploads/slot.ts';

export interface ValidCall {
  readonly kind: CallKind | OtherCallKind;
  /** Null of a call that is none of the three. */
  readonly api: ApiName | null;
  /** None while a register has not made it; several when a read asks for several. */
  readonly assets: readonly Asset[];
  /** Of a register; later calls go by their assets'. */
  readonly recipes?: readonly string[];
  /** Of an upload. */
  readonly purpose?: Purpose;
  /** `answerStatus` is what trouble will answer with in place of the true status, if it does. */
  execute(answerStatus: number | null): Promise<CallResult>;
}

export interface CallResult {
  /** Those the call was about, one that it made included. */
  readonly assets: readonly Asset[];
  /** As LinkedIn would answer, before trouble bends it. */
  readonly response: SandboxResponse;
}
