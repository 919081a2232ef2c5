// What one of LinkedIn's APIs is to the routes. The three are siblings: each a folder that fills in this record,
// over the same gateway, addresses, uploads and trouble.

import type { ApiName } from './asset.ts';
import type { SandboxRequest } from './messages.ts';
import type { SandboxModel } from './model.ts';
import type { CallKind } from './options.ts';
import type { ValidCall } from './valid-call.ts';

/** Finds a call right, or throws a Refusal. */
export type Check = (model: SandboxModel, request: SandboxRequest) => ValidCall | Promise<ValidCall>;

export interface Action {
  readonly kind: CallKind;
  readonly check: Check;
}

export interface ApiRoutes {
  /** Also the resource's name in the path. */
  readonly api: ApiName;
  /** What stands before the name in the path. */
  readonly roots: readonly string[];
  /** By the action's name, as LinkedIn spells it. */
  readonly actions: ReadonlyMap<string, Action>;
  /** Of one asset; `key` as it stands in the path. */
  checkRead(model: SandboxModel, exchange: SandboxRequest, key: string): ValidCall;
  /** Of several at once; null where the API has no such call. */
  readonly checkBatchRead: Check | null;
}
