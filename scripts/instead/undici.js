// Stands in for undici in the built action: the parts that are used, without its fetch, caches, mocks and sockets of
// other protocols. What a package asks for beyond them ends the build.

import api from 'undici/lib/api/index.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js';
import Pool from 'undici/lib/dispatcher/pool.js';

Object.assign(Dispatcher.prototype, api);

// @actions/github asks for it, and calls it only where it is given no fetch of ours.
const { fetch } = globalThis;

export { Agent, EnvHttpProxyAgent, fetch, Pool };
