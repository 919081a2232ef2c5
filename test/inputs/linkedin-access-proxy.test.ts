// The network variables of the runner: validated with the inputs, masked before anything is sent, and read only when a
// run reaches LinkedIn.

import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors/action-error.ts';
import { buildUploadFailureReport } from '../../src/report/uploads/upload-report.ts';
import { caught } from '../support/caught.ts';
import { envOf, readGood, TOKEN, type With } from './step-inputs.ts';

const BAD = { NODE_TLS_REJECT_UNAUTHORIZED: '0', HTTPS_PROXY: 'socks5://proxy.test' };

function readIn(variables: Record<string, string>, given: With = {}) {
  const masked: string[] = [];
  const inputs = readGood({ ...envOf(given), ...variables }, (secret) => void masked.push(secret));
  return { route: inputs.connect.proxy, masked };
}

describe('network variables', () => {
  it('errors of network variables are reported with the input errors, under the names of the variables', async () => {
    const error = await caught(() => readIn(BAD, { owner: 'Acme', concurrency: '0' }), InputError);
    expect(error.errors.map(({ code, input }) => [code, input])).toEqual([
      ['TLS_UNCHECKED', 'NODE_TLS_REJECT_UNAUTHORIZED'],
      ['PROXY_INVALID', 'HTTPS_PROXY'],
      ['INPUT_INVALID', 'owner'],
      ['INPUT_INVALID', 'concurrency'],
    ]);
    expect(error.errors[0]).toBeInstanceOf(InputError);
    expect(buildUploadFailureReport(error).annotations.map(({ title }) => title)).toEqual([
      'variable NODE_TLS_REJECT_UNAUTHORIZED',
      'variable HTTPS_PROXY',
      'input owner',
      'input concurrency',
    ]);
  });

  it.each(['plan', 'simulate'])('network variables are ignored with mode: %s', (mode) => {
    expect(readIn({ ...BAD, https_proxy: 'http://u:sesame@proxy.test' }, { mode })).toEqual({
      route: 'direct',
      masked: [TOKEN],
    });
  });

  it('the proxy password is masked after the token', () => {
    const https_proxy = 'http://user:sesame@proxy.test:3128';
    const { route, masked } = readIn({ https_proxy });
    expect(masked).toEqual([TOKEN, btoa('user:sesame'), 'sesame']);
    expect(JSON.stringify(route)).toContain('[redacted]');
  });

  it.each([
    ['https://api.linkedin.com', true],
    ['https://gateway.example', true],
    ['http://127.0.0.1:4000', false],
    ['https://localhost:4000', false],
  ])('requests to %s use the proxy: %s', (apiUrl, isUsed) => {
    const { route } = readIn({ https_proxy: 'http://proxy.test' }, { 'api-url': apiUrl });
    expect(route !== 'direct').toBe(isUsed);
  });
});
