// Runs the built action against a sandbox behind TLS, with a certificate of a private authority, and a proxy.

import { join } from 'node:path';
import { type LinkedInOptions, startLinkedIn } from '../world/linkedin-faults.ts';
import { issue, makeAuthority } from './certificates.ts';
import { type ProxyOptions, startConnectProxy, startTlsFront } from './middlemen.ts';
import { makeWorkspace, OWNER, TOKEN } from './publishing.ts';
import { runAction, type StepRequest } from './runner.ts';

/** The host name of LinkedIn; it does not resolve, so only a proxy can reach it. */
export const GATEWAY = 'gateway.test';

const IMAGES = {
  'media/a.png': { sample: 'hero.png' },
  'media/b.jpg': { sample: 'team.jpg' },
  'media/c.gif': { sample: 'spinner.gif' },
} as const;

interface SceneRequest extends Partial<Omit<StepRequest, 'env'>> {
  /** Gets the port of the proxy and the file of the certificate authority. */
  readonly env?: (scene: { proxyPort: number; caFile: string }) => Readonly<Record<string, string>>;
  /** Whether LinkedIn is reached at `localhost`, in place of `GATEWAY`. */
  readonly isLocal?: boolean;
  readonly proxyOptions?: Omit<ProxyOptions, 'port'>;
  readonly sandboxOptions?: LinkedInOptions;
}

export async function publishSecurely(request: SceneRequest = {}) {
  const { env, isLocal = false, proxyOptions, sandboxOptions, ...step } = request;
  const authority = await makeAuthority('Root of a test');
  let behind = 0;
  const front = await startTlsFront(await issue(authority, [GATEWAY, 'localhost']), () => behind);
  const reachedAt = isLocal ? `https://localhost:${front.port}` : `https://${GATEWAY}`;
  const sandbox = await startLinkedIn(
    { token: TOKEN, processingMs: 0, ...sandboxOptions },
    (handle) => (request) => handle({ ...request, origin: reachedAt }),
  );
  behind = sandbox.port;
  const proxy = await startConnectProxy({ port: front.port, ...proxyOptions });
  try {
    const caFile = join(await makeWorkspace({ 'ca.pem': authority.cert }), 'ca.pem');
    const run = await runAction({
      workspace: await makeWorkspace(IMAGES),
      ...step,
      env: env?.({ proxyPort: proxy.port, caFile }) ?? {},
      inputs: {
        'access-token': TOKEN,
        owner: OWNER,
        files: 'media/**',
        'api-url': reachedAt,
        ...step.inputs,
      },
    });
    return { sandbox, front, proxy, run };
  } finally {
    await Promise.all([proxy.close(), front.close(), sandbox.close()]);
  }
}
