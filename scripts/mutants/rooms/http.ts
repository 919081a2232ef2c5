// Faults of the client that sends every request to LinkedIn.

import type { Room } from '../mutant.ts';

export const HTTP: Room = {
  name: 'http',
  folder: 'src/http/',
  tests: ['test/http/'],
  mutants: [
    {
      name: 'host-not-checked',
      fault: 'The token goes to a host that is not LinkedIn.',
      file: 'src/http/client.ts',
      search: 'if (!isAllowed(request, options.apiUrl)) {',
      replace: 'if (false) {',
    },
    {
      name: 'redirect-accepted',
      fault: 'A redirect counts as a response of LinkedIn.',
      file: 'src/http/client.ts',
      search: 'if (status >= 300 && status < 400 && !request.acceptsRedirect) {',
      replace: 'if (false) {',
    },
    {
      name: 'github-token-to-another-host',
      fault: 'The GitHub token goes to a host that a response of GitHub names.',
      file: 'src/http/client.ts',
      search: "if (phase === 'github' && !bearer) return true;",
      replace: "if (phase === 'github') return true;",
    },
    {
      name: 'echoed-token-kept',
      fault:
        'A token that LinkedIn echoes stays in the text of the response, which messages quote.',
      file: 'src/http/client.ts',
      search: 'text: redactSecrets(response.text, secrets) };',
      replace: 'text: response.text };',
    },
    {
      name: 'certificates-unchecked',
      fault:
        'A run goes on with NODE_TLS_REJECT_UNAUTHORIZED=0, which lets any server get the token.',
      file: 'src/http/proxy.ts',
      search: "if (value !== '0') return;",
      replace: 'return;',
    },
    {
      name: 'sent-post-cut-off',
      fault: 'A cancellation cuts off a post whose first byte has left.',
      file: 'src/http/client.ts',
      search: 'if (request.onSending === undefined) return;',
      replace: 'return request.onSending?.();',
    },
    {
      name: 'sent-body-counts-as-unsent',
      fault: 'A post whose body was on its way counts as never sent, and goes out twice.',
      file: 'src/http/request-body.ts',
      search: "this.sent = 'some';",
      replace: '',
    },
    {
      name: 'slow-upload-times-out',
      fault: 'A slow upload that makes progress ends after a minute.',
      file: 'src/http/request-body.ts',
      search: "timeout.touch(this.sent === 'all' ? responseMs : STALL_MS);",
      replace: 'void [timeout, responseMs, STALL_MS];',
    },
    {
      name: 'retry-after-in-milliseconds',
      fault: 'A call is repeated a thousand times sooner than LinkedIn asks for.',
      file: 'src/http/messages.ts',
      search: 'Math.min(Number(text) * 1000, MAX_DATE_MS)',
      replace: 'Math.min(Number(text), MAX_DATE_MS)',
    },
    {
      name: 'rejected-certificate-repeated',
      fault:
        'A certificate that is not accepted counts as a broken connection, which is tried again.',
      file: 'src/http/network-errors.ts',
      search: 'if (CERTIFICATE_CODE.test(code))',
      replace: 'if (false)',
    },
  ],
};
