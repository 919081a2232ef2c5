// The real world as a run of the action needs it, handed in by index.ts.

import type { Deps, Env } from '../deps.ts';
import type { Inputs } from './inputs/read-inputs.ts';
import type { Logger } from './log/logger.ts';

export interface Runtime extends Omit<Deps, 'dispatcher'> {
  readonly env: Env;
  readonly logger: Logger;
  /** `direct` connections go past any proxy. */
  readonly openDispatcher: (route: Inputs['connect']['proxy']) => Deps['dispatcher'];
}
