// The interface between the routes and one of LinkedIn's three media APIs. Each API has a folder that implements it.
// All three share the gateway, the upload URLs, the uploads and the fault injection.

import type { ApiName } from './asset.ts';
import type { SandboxRequest } from './messages.ts';
import type { SandboxModel } from './model.ts';
import type { CallKind } from './options.ts';
import type { ValidCall } from './valid-call.ts';

/** Validates a call. @throws {ErrorResponse} when the call is invalid. */
export type Check = (model: SandboxModel, request: SandboxRequest) => ValidCall | Promise<ValidCall>;

export interface Action {
  readonly kind: CallKind;
  readonly check: Check;
}

export interface ApiRoutes {
  /** Also the resource's name in the path. */
  readonly api: ApiName;
  /** The path segments that may precede the name. */
  readonly roots: readonly string[];
  /** Keyed by the action's name, as LinkedIn spells it. */
  readonly actions: ReadonlyMap<string, Action>;
  /** Validates a read of one asset. `key` is raw, as in the path. */
  checkRead(model: SandboxModel, exchange: SandboxRequest, key: string): ValidCall;
  /** Validates a batch read. Null when the API has no such call. */
  readonly checkBatchRead: Check | null;
}
