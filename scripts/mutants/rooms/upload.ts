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
      file: 'src/upload/run-limits.ts',
      search: 'options.onInDoubt?.(error);',
      replace: '',
    },
    {
      name: 'abandoned-urn-lost',
      fault: 'The URN of a session that was given up is not kept.',
      file: 'src/upload/file-state.ts',
      search: ': [...abandonedUrns, identity.urn];',
      replace: ': abandonedUrns;',
    },
    {
      name: 'verified-tomorrow-is-fresh',
      fault: 'An upload whose time of verification is in the future is reused without a question.',
      file: 'src/upload/reuse.ts',
      search: 'return ageMs >= 0 && ageMs < DAY_MS;',
      replace: 'return ageMs < DAY_MS;',
    },
    {
      name: 'one-urn-for-two-files',
      fault: 'Two files for which LinkedIn returns the same URN both count as published.',
      file: 'src/upload/upload.ts',
      search: 'if (owner !== item) {',
      replace: 'if (false) {',
    },
    {
      name: 'buffers-reused-after-failure',
      fault: 'A part overwrites bytes of a failed attempt that a socket may still send.',
      file: 'src/upload/upload.ts',
      search: 'void chunks.return();',
      replace: 'void chunks.return(); idleBuffers.push(buffers);',
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
      file: 'src/upload/call-limit.ts',
      search: 'reserved + calls <= this.leftCalls',
      replace: 'reserved + calls <= this.leftCalls + 1',
    },
    {
      name: 'unwritable-memory-ignored',
      fault: 'Files are sent although the manifest on the branch cannot be written.',
      file: 'src/upload/remember-uploads.ts',
      tests: ['test/main/manifest-branch.test.ts'],
      search: 'if (!signal.aborted) ledger.failAll(toActionError(error));',
      replace: 'void [signal.aborted, toActionError(error)];',
    },
    {
      name: 'token-requests-counted',
      fault: 'Requests for a token count for `max-calls`.',
      file: 'src/upload/ledger.ts',
      search: "if (phase === 'token') return;",
      replace: '',
    },
    {
      name: 'status-read-too-often',
      fault:
        'The status of a file is read more often than documented, and each read counts for the limits.',
      file: 'src/upload/status-poller.ts',
      search: 'const DELAY_SHARE = 1.5;',
      replace: 'const DELAY_SHARE = 1;',
    },
    {
      name: 'one-session-too-many',
      fault: 'A file is registered once more than allowed.',
      file: 'src/upload/upload-files.ts',
      search: 'number >= retry.sessions',
      replace: 'number > retry.sessions',
    },
  ],
};
