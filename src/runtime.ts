// The external dependencies of a run. start-process.ts passes them in.

import type { Deps, Env } from './deps.ts';
import type { ProxyConfig } from './http/proxy.ts';
import type { Open } from './media/bytes.ts';
import type { Logger } from './report/log/logger.ts';

export interface Runtime extends Omit<Deps, 'dispatcher'> {
  readonly env: Env;
  readonly logger: Logger;
  /** `direct` connections bypass any proxy. */
  readonly openDispatcher: (route: ProxyConfig) => Deps['dispatcher'];
  /** How to open media. The default is the open of the system. */
  readonly open?: Open;
}
