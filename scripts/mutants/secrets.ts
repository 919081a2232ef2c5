// Mutants that show a secret.

import type { Mutant } from './mutant.ts';

const APP_SECRETS = '[tokenOptions?.clientSecret, tokenOptions?.refreshToken]';

export const SECRETS: readonly Mutant[] = [
  {
    name: 'keep unsanitized bytes in the cause of an error',
    file: 'src/http/client.ts',
    find: 'cause: sanitizeError(error),',
    replace: 'cause: error,',
    tests: ['test/http/client-failures.test.ts', 'test/http/dispatcher.test.ts'],
  },
  {
    name: 'show the password of a proxy in the cause of an error',
    file: 'src/http/network-errors.ts',
    find: 'new Error(redact(message)',
    replace: 'new Error(message',
    tests: ['test/http/network-errors.test.ts', 'test/faults/schedules.test.ts'],
  },
  {
    name: 'show the refresh token when LinkedIn echoes it',
    file: 'src/linkedin/open.ts',
    find: APP_SECRETS,
    replace: '[tokenOptions?.clientSecret]',
    tests: ['test/faults/schedules.test.ts'],
  },
  {
    name: 'show the client secret when LinkedIn echoes it',
    file: 'src/linkedin/open.ts',
    find: APP_SECRETS,
    replace: '[tokenOptions?.refreshToken]',
    tests: ['test/faults/schedules.test.ts'],
  },
  {
    name: 'show the key of an upload URL when LinkedIn echoes it',
    file: 'src/linkedin/rest-client.ts',
    find: '      secrets: secretsOfUrl(target.url),\n',
    replace: '',
    tests: ['test/faults/schedules.test.ts', 'test/linkedin/upload-secrets.test.ts'],
  },
  {
    name: 'do not mask the key of an upload URL',
    file: 'src/action/log/request-listeners.ts',
    find: '    logger.mask(secret);\n',
    replace: '    void logger;\n',
    tests: ['test/action/log/request-listeners.test.ts', 'test/dist/hostile-linkedin.test.ts'],
  },
  {
    name: 'redact a secret only in its original encoding',
    file: 'src/secret.ts',
    find: '[text, ...encoded]',
    replace: '[text]',
    tests: ['test/secret.test.ts'],
  },
  {
    name: 'do not redact a secret with an escaped letter',
    file: 'src/secret.ts',
    find: 'plain === hidden ? plain : cut(plain)',
    replace: 'plain',
    tests: ['test/secret.test.ts', 'test/faults/schedules.test.ts'],
  },
  {
    name: 'show a secret in the host of a redirect',
    file: 'src/http/client.ts',
    find: "redactSecrets(place, secrets).split('/')",
    replace: "place.split('/')",
    tests: ['test/http/client.test.ts'],
  },
  {
    name: 'cut a secret at the end of the host of a redirect before it is redacted',
    file: 'src/http/client.ts',
    find: "redactSecrets(place, secrets).split('/')",
    replace: "place.split('/').map((part) => redactSecrets(part, secrets))",
    tests: ['test/http/client.test.ts'],
  },
  {
    name: 'mask a secret of one letter',
    file: 'src/action/log/logger.ts',
    find: 'lines.filter(isMaskable)',
    replace: 'lines',
    tests: ['test/action/log/logger.test.ts', 'test/faults/schedules.test.ts'],
  },
  {
    name: 'show the query of a URL in an error',
    file: 'src/errors.ts',
    find: "'$1?[redacted]'",
    replace: "'$&'",
    tests: ['test/errors.test.ts', 'test/http/client-failures.test.ts'],
  },
];
