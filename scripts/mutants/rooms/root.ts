// Faults of what every room may import: errors, secrets, limits and waits.

import type { Room } from '../mutant.ts';

export const ROOT: Room = {
  name: 'root',
  folder: 'src/',
  tests: [
    'test/clock',
    'test/errors/',
    'test/format',
    'test/limiter',
    'test/secret.test',
    'test/similar-name',
    'test/start-process',
  ],
  mutants: [
    {
      name: 'secret-in-base64-shown',
      fault: 'A secret that LinkedIn echoes inside base64 is not redacted.',
      file: 'src/secret.ts',
      search: 'return [text, decodeEscapes(text), ...fragments];',
      replace: 'return [text, decodeEscapes(text)];',
    },
    {
      name: 'secret-in-json-written',
      fault: 'A secret that becomes part of a JSON text is written out.',
      file: 'src/secret.ts',
      search: 'toJSON(): string {',
      replace: 'toJSON(): string { return this.#text;',
    },
    {
      name: 'url-query-in-message',
      fault: 'The message of an error shows the query of an upload URL, which is a credential.',
      file: 'src/errors/action-error.ts',
      search: "'$1?[redacted]')",
      replace: "'$&')",
    },
    {
      name: 'url-query-on-stderr',
      fault: 'A warning of Node on stderr shows the query of an upload URL.',
      file: 'src/start-process.ts',
      search: 'return write(redact(text).split',
      replace: 'return write(text.split',
    },
    {
      name: 'concurrency-without-limit',
      fault: 'More uploads are in flight at once than `concurrency` allows.',
      file: 'src/limiter.ts',
      search: 'if (this.#available > 0) this.#available -= 1;',
      replace: 'if (this.#available > 0) this.#available -= 0;',
    },
    {
      name: 'cancellation-not-noticed',
      fault: 'A cancelled run reports that it ended by itself.',
      file: 'src/errors/action-error.ts',
      search:
        "return signal.aborted ? toAbortReason(signal.reason, 'the run was cancelled') : null;",
      replace: 'return null;',
    },
    {
      name: 'rate-limit-not-repeated',
      fault: 'A call that got a 429 is not repeated.',
      file: 'src/errors/retry-policy.ts',
      search: ': { ...again, isOverloaded: true };',
      replace: ': NO_RETRY;',
    },
    {
      name: 'comment-repeated',
      fault: 'A comment whose answer was lost is sent again.',
      file: 'src/errors/retry-policy.ts',
      search: "return phase === 'post' || phase === 'comment';",
      replace: "return phase === 'post';",
    },
    {
      name: 'refused-token-tried-for-each-file',
      fault: 'A run goes on with its other files after LinkedIn has refused the token.',
      file: 'src/errors/retry-policy.ts',
      search: "'TOKEN_REFUSED',",
      replace: '',
    },
    {
      name: 'suspended-time-not-counted',
      fault:
        'After a runner was suspended, an identical post is sent although the time for it is over.',
      file: 'src/clock.ts',
      search: 'return Math.max(this.monotonicMs(), this.#clock.epochMs() - this.#startEpochMs);',
      replace: 'return this.monotonicMs();',
    },
    {
      name: 'hint-names-no-input',
      fault: 'The hint of an error names no input that can be changed.',
      file: 'src/errors/error-codes.ts',
      search: "'Narrow the patterns in `files` and `release-assets`, or raise `max-files`.'",
      replace: "'Run the job again.'",
      tests: ['test/steps/collect-files'],
    },
    {
      name: 'left-item-not-named',
      fault: 'A list with one item more than it shows does not say so.',
      file: 'src/format.ts',
      search: 'left > 0 ?',
      replace: 'left > 1 ?',
    },
  ],
};
