// Faults of what is asked of GitHub, and of what counts as an approval.

import type { Room } from '../mutant.ts';

export const GITHUB: Room = {
  name: 'github',
  folder: 'src/github/',
  tests: ['test/github/'],
  mutants: [
    {
      name: 'asset-digest-unchecked',
      fault:
        'A release asset is published although its bytes do not have the SHA-256 that GitHub lists.',
      file: 'src/github/release.ts',
      search: "if (asset.sha256 !== null && hash.digest('hex') !== asset.sha256) {",
      replace: 'if (false) {',
    },
    {
      name: 'own-approval-counts',
      fault: 'The author of a pull request can approve its post.',
      file: 'src/github/approval.ts',
      search: 'if (own !== undefined) return',
      replace: 'if (false) return',
    },
    {
      name: 'requested-changes-ignored',
      fault: 'A post goes out although somebody with write access requests changes.',
      file: 'src/github/approval.ts',
      search: "if (state === 'CHANGES_REQUESTED' && (await this.#mayWrite(user)))",
      replace: 'if (false)',
    },
    {
      name: 'change-after-approval-published',
      fault: 'A post that was changed after its approval goes out.',
      file: 'src/github/approval.ts',
      search: 'if (reviewed === blob) continue;',
      replace: 'continue;',
    },
    {
      name: 'rejected-environment-counts',
      fault: 'A run whose environment was rejected counts as approved.',
      file: 'src/github/approval.ts',
      search: "data.filter(({ state }) => state === 'approved');",
      replace: 'data;',
    },
    {
      name: 'github-call-not-repeated',
      fault: 'A call to GitHub that fails once fails the run.',
      file: 'src/github/github-client.ts',
      search: 'attempt === MAX_ATTEMPTS',
      replace: 'attempt === 1',
    },
  ],
};
