// A call between being found right and being carried out: the moment when trouble may strike.

import type { Asset } from './asset.ts';
import type { SandboxReply } from './exchange.ts';
import type { CallKind } from './options.ts';

export interface CheckedCall {
  readonly kind: CallKind;
  /** Null while a register has not made it. */
  readonly asset: Asset | null;
  readonly recipes: readonly string[];
  /** `answerStatus` is what trouble will answer with in place of the true status, if it does. */
  carryOut(answerStatus: number | null): Promise<CarriedOut>;
}

export interface CarriedOut {
  readonly asset: Asset;
  /** As LinkedIn would answer, before trouble bends it. */
  readonly reply: SandboxReply;
}
