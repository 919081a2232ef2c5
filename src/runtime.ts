// The external dependencies of a run. index.ts passes them in.

import type { Deps, Env } from './deps.ts';
import type { Inputs } from './inputs/read-inputs.ts';
import type { Open } from './media/bytes.ts';
import type { Logger } from './report/log/logger.ts';

export interface Runtime extends Omit<Deps, 'dispatcher'> {
  readonly env: Env;
  readonly logger: Logger;
  /** `direct` connections bypass any proxy. */
  readonly openDispatcher: (route: Inputs['connect']['proxy']) => Deps['dispatcher'];
  /** How to open media. The default is the open of the system. */
  readonly open?: Open;
}
