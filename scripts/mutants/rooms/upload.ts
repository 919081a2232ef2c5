// Faults of the core: what is uploaded, repeated, reused and counted.

import type { Room } from '../mutant.ts';

export const UPLOAD: Room = {
  name: 'upload',
  folder: 'src/upload/',
  tests: ['test/upload/'],
  mutants: [
    {
      name: 'possible-orphan-not-counted',
      fault: 'A registration whose answer was lost is not reported as a possible orphan.',
      file: 'src/upload/retry/retrier.ts',
      search: 'options.onLostResponse?.();',
      replace: '',
    },
    {
      name: 'abandoned-urn-lost',
      fault: 'The URN of a session that was given up is not kept.',
      file: 'src/upload/file-state.ts',
      search: '? abandonedUrns : [...abandonedUrns, identity.urn];',
      replace: '? abandonedUrns : abandonedUrns;',
    },
    {
      name: 'rate-limit-not-repeated',
      fault: 'A call that got a 429 is not repeated.',
      file: 'src/upload/retry/retry-policy.ts',
      search:
        "if (status === 429) return retryDecision('throttled', { mayHaveSucceeded: false, waitMs: retryAfterMs });",
      replace: 'if (status === 429) return FAIL;',
    },
    {
      name: 'comment-repeated',
      fault: 'A comment whose answer was lost is sent again.',
      file: 'src/upload/retry/retry-policy.ts',
      search: "new Set<Phase>(['post', 'comment'])",
      replace: "new Set<Phase>(['post'])",
    },
    {
      name: 'refused-token-tried-for-each-file',
      fault: 'A run goes on with its other files after LinkedIn has refused the token.',
      file: 'src/upload/retry/retry-policy.ts',
      search: "'TOKEN_REFUSED',",
      replace: '',
    },
    {
      name: 'one-urn-for-two-files',
      fault: 'Two files for which LinkedIn returns the same URN both count as published.',
      file: 'src/upload/upload.ts',
      search: 'if (owner !== item) {',
      replace: 'if (false) {',
    },
    {
      name: 'same-bytes-sent-twice',
      fault: 'Two files with the same bytes are uploaded twice.',
      file: 'src/upload/plan.ts',
      search: 'if (duplicateOf !== undefined) return {',
      replace: 'if (false) return {',
    },
    {
      name: 'unsent-upload-reused',
      fault: 'An upload of an earlier run that was only registered is reused.',
      file: 'src/upload/plan.ts',
      search: "earlier !== null && earlier.state !== 'registered'",
      replace: 'earlier !== null',
    },
    {
      name: 'max-calls-off-by-one',
      fault: 'A file starts although one of its calls does not fit into `max-calls`.',
      file: 'src/upload/calls/call-limit.ts',
      search: 'reserved + calls <= this.leftCalls',
      replace: 'reserved + calls <= this.leftCalls + 1',
    },
  ],
};
