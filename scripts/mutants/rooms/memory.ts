// Faults of what runs remember.

import type { Room } from '../mutant.ts';

export const MEMORY: Room = {
  name: 'memory',
  folder: 'src/memory/',
  tests: ['test/memory/'],
  mutants: [
    {
      name: 'compare-and-swap-without-sha',
      fault: 'A write of the manifest on a branch does not name the version that it replaces.',
      file: 'src/memory/branch.ts',
      search: ', ...(version === null ? {} : { sha: version }) };',
      replace: ' };',
    },
    {
      name: 'read-of-branch-not-repeated',
      fault: 'One 502 of GitHub ends a run that reads its manifest.',
      file: 'src/memory/branch.ts',
      search: 'return await this.#options.github.retry(call, signal);',
      replace: 'return await this.#options.github.once(call, signal);',
    },
    {
      name: 'overtaken-write-counts-as-stored',
      fault: 'A change counts as stored although another job has written first.',
      file: 'src/memory/shared-content.ts',
      search: 'if (version === null) return false;',
      replace: 'if (version === null) return true;',
    },
    {
      name: 'revision-not-raised',
      fault: 'A write does not raise the revision of the manifest.',
      file: 'src/memory/shared-content.ts',
      search: 'Math.max(this.#seenRevision, draft.revision) + 1',
      replace: 'Math.max(this.#seenRevision, draft.revision)',
    },
    {
      name: 'old-version-believed',
      fault: 'An older version that GitHub returns for seconds is believed.',
      file: 'src/memory/shared-content.ts',
      search: 'read.content.revision < this.#seenRevision;',
      replace: 'false;',
    },
    {
      name: 'missing-branch-believed',
      fault: 'A branch that was there counts as deleted at the first read that does not show it.',
      file: 'src/memory/shared-content.ts',
      search: 'read.version === null ? this.#hasExisted :',
      replace: 'read.version === null ? false :',
    },
    {
      name: 'late-write-not-prevented',
      fault: 'A write whose answer is missing may still replace what comes after it.',
      file: 'src/memory/shared-content.ts',
      search: 'if (!change(draft) && !this.#isUnconfirmed) return true;',
      replace: 'if (!change(draft)) return true;',
    },
    {
      name: 'transient-write-error-final',
      fault: 'A write of the manifest is not repeated after a transient error of GitHub.',
      file: 'src/memory/memory.ts',
      search: "if (retry.kind !== 'again') throw this.#toError(error);",
      replace: 'throw this.#toError(error);',
    },
    {
      name: 'change-of-failed-write-forgotten',
      fault: 'An upload is missing in the manifest because the first write of it failed.',
      file: 'src/memory/memory.ts',
      search: 'applied.set(key, staged);',
      replace: 'this.#staged.delete(key);',
    },
    {
      name: 'plan-writes',
      fault: '`mode: plan` writes the manifest.',
      file: 'src/memory/memory.ts',
      search: 'if (this.#options.isReadOnly) return;',
      replace: '',
    },
    {
      name: 'upload-of-another-owner-reused',
      fault: 'An upload that belongs to another owner is reused.',
      file: 'src/memory/upload-entry.ts',
      search: 'sizeBytes, normalizeOwner(owner), api,',
      replace: 'sizeBytes, api,',
    },
  ],
};
