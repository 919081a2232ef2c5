// The built action and the upload instructions of an answer: which headers it accepts.

import { expect, it } from 'vitest';
import { endsOf } from '../support/publishing.ts';
import { GATEWAY, publishSecurely } from '../support/secure-publishing.ts';
import type { FaultRule } from '../world/linkedin-faults.ts';

/** A registration whose answer has these upload instructions. */
function registering(upload: Record<string, unknown>): FaultRule {
  const mechanism = { 'com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest': upload };
  return { on: 'register', every: true, mutate: { value: { uploadMechanism: mechanism } } };
}

/** Publishes one picture to LinkedIn's gateway through a proxy. */
function publishOne(faults: FaultRule) {
  return publishSecurely({
    env: ({ proxyPort, caFile }) => ({
      https_proxy: `http://127.0.0.1:${proxyPort}`,
      NODE_EXTRA_CA_CERTS: caFile,
    }),
    inputs: { files: 'media/a.png' },
    sandboxOptions: { faults: [faults] },
  });
}

it('upload headers from an answer are sent only if they describe the body', async () => {
  const asked = {
    'media-type-family': 'STILLIMAGE',
    Host: 'evil.test',
    Authorization: 'Bearer evil',
    'Proxy-Authorization': 'Basic evil',
    Cookie: 'evil=1',
    'Content-Length': '7',
    'Transfer-Encoding': 'chunked',
    Connection: 'upgrade',
    Expect: '100-continue',
    __proto__: null,
    constructor: 'evil',
    'x-evil\r\nx-more': 'evil',
    'content-md5': 'evil\r\nx-evil: 1',
  };
  const { run, front } = await publishOne(registering({ headers: asked }));
  expect(endsOf(run)).toEqual({ 'media/a.png': 'available' });
  const [, head = ''] = /(PUT \S+ HTTP\/1\.1\r\n.*?)\r\n\r\n/s.exec(front.received()) ?? [];
  const names = head
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(':')[0]?.toLowerCase());
  expect(names.toSorted()).toEqual([
    ...['accept-encoding', 'authorization', 'connection', 'content-length', 'content-type', 'host'],
    ...['media-type-family', 'user-agent'],
  ]);
  expect(head).toContain(`host: ${GATEWAY}\r\n`);
  expect(head).not.toContain('evil');
});
