// Bugs by which a secret is told.

import type { Mutant } from './mutant.ts';

const APP_SECRETS = 'refreshToken === null ? [clientSecret] : [clientSecret, refreshToken]';

export const SECRETS: readonly Mutant[] = [
  {
    name: 'keep unreadable bytes in the cause of an error',
    file: 'src/http/client.ts',
    find: 'cause: sanitizeError(error),',
    replace: 'cause: error,',
    tests: ['test/http/client-failures.test.ts', 'test/http/dispatcher.test.ts'],
  },
  {
    name: 'tell the password of a proxy in the cause of an error',
    file: 'src/http/network-errors.ts',
    find: 'new Error(redact(message)',
    replace: 'new Error(message',
    tests: ['test/http/network-errors.test.ts', 'test/faults/schedules.test.ts'],
  },
  {
    name: 'tell the refresh token when LinkedIn echoes it',
    file: 'src/linkedin/open.ts',
    find: APP_SECRETS,
    replace: 'refreshToken === null ? [clientSecret] : [clientSecret]',
    tests: ['test/faults/schedules.test.ts'],
  },
  {
    name: 'tell the client secret when LinkedIn echoes it',
    file: 'src/linkedin/open.ts',
    find: APP_SECRETS,
    replace: 'refreshToken === null ? [] : [refreshToken]',
    tests: ['test/faults/schedules.test.ts'],
  },
  {
    name: 'tell the key of an upload address when LinkedIn echoes it',
    file: 'src/linkedin/rest-client.ts',
    find: '      secrets: secretsOfUrl(target.url),\n',
    replace: '',
    tests: ['test/faults/schedules.test.ts', 'test/linkedin/upload-secrets.test.ts'],
  },
  {
    name: 'mask no key of an upload address',
    file: 'src/action/log/request-listeners.ts',
    find: '    logger.mask(secret);\n',
    replace: '    void logger;\n',
    tests: ['test/action/log/request-listeners.test.ts', 'test/dist/hostile-linkedin.test.ts'],
  },
  {
    name: 'know a secret only as it was written',
    file: 'src/secret.ts',
    find: '[text, ...encoded]',
    replace: '[text]',
    tests: ['test/secret.test.ts'],
  },
  {
    name: 'know a secret only where no letter of it is escaped',
    file: 'src/secret.ts',
    find: 'plain === hidden ? plain : cut(plain)',
    replace: 'plain',
    tests: ['test/secret.test.ts', 'test/faults/schedules.test.ts'],
  },
  {
    name: 'name the host of a redirect with a secret in it',
    file: 'src/http/client.ts',
    find: "redactSecrets(place, secrets).split('/')",
    replace: "place.split('/')",
    tests: ['test/http/client.test.ts'],
  },
  {
    name: 'cut a secret at the end of the host of a redirect before it is hidden',
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
    name: 'put the query of an address into an error',
    file: 'src/errors.ts',
    find: "'$1?[redacted]'",
    replace: "'$&'",
    tests: ['test/errors.test.ts', 'test/http/client-failures.test.ts'],
  },
];
