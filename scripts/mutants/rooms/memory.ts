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
      search: '...(version !== null && { sha: version }),',
      replace: '',
    },
    {
      name: 'read-of-branch-not-repeated',
      fault: 'One 502 of GitHub ends a run that reads its manifest.',
      file: 'src/memory/branch.ts',
      search: 'return await this.#github.retry(call, signal);',
      replace: 'return await this.#github.once(call, signal);',
    },
    {
      name: 'overtaken-write-counts-as-stored',
      fault: 'A change counts as stored although another job has written first.',
      file: 'src/memory/memory.ts',
      search: 'this.#seenRevision ||= 1;\n        return false;',
      replace: 'this.#seenRevision ||= 1;\n        return true;',
    },
    {
      name: 'revision-not-raised',
      fault: 'A write does not raise the revision of the manifest.',
      file: 'src/memory/memory.ts',
      search: 'draft.revision = this.#seenRevision + 1;',
      replace: 'draft.revision = this.#seenRevision;',
    },
    {
      name: 'old-version-believed',
      fault: 'An older version that GitHub returns for seconds is believed.',
      file: 'src/memory/memory.ts',
      search: 'while (read.content.revision < this.#seenRevision &&',
      replace: 'while (read.version === null && this.#seenRevision > 0 &&',
    },
    {
      name: 'missing-branch-believed',
      fault: 'A branch that was there counts as deleted at the first read that does not show it.',
      file: 'src/memory/memory.ts',
      search: 'while (read.content.revision < this.#seenRevision &&',
      replace: 'while (read.version !== null && read.content.revision < this.#seenRevision &&',
    },
    {
      name: 'late-write-not-prevented',
      fault: 'A write whose answer is missing may still replace what comes after it.',
      file: 'src/memory/memory.ts',
      search: 'let isChanged = this.isUnconfirmed;',
      replace: 'let isChanged = false;',
    },
    {
      name: 'transient-write-error-final',
      fault: 'A write of the manifest is not repeated after a transient error of GitHub.',
      file: 'src/memory/memory.ts',
      search: "if (failure.retry.kind !== 'again') throw this.#toError(failure);",
      replace: 'throw this.#toError(failure);',
    },
    {
      name: 'change-of-failed-write-forgotten',
      fault: 'An upload is missing in the manifest because the first write of it failed.',
      file: 'src/memory/memory.ts',
      search: 'isChanged = one(draft) || isChanged;',
      replace: 'isChanged = one(draft) || isChanged;\n    this.#staged.clear();',
    },
    {
      name: 'upload-of-another-owner-reused',
      fault: 'An upload that belongs to another owner is reused.',
      file: 'src/memory/upload-entry.ts',
      search: 'normalizeOwner(owner),\n    api,',
      replace: 'api,',
    },
    {
      name: 'half-of-a-merge-lost',
      fault:
        'Of a manifest that a merge left with a key twice, the posts of one side are lost and go out again.',
      file: 'src/memory/content.ts',
      search: '  assertUniqueKeys(text, name);\n',
      replace: '',
    },
    {
      name: 'finished-upload-overwritten',
      fault: 'The registration of a run replaces the finished upload of another run.',
      file: 'src/memory/uploads.ts',
      search: 'if (isSame(stored, entry) || (stored !== undefined && isLess)) return false;',
      replace: 'if (isSame(stored, entry)) return false;',
    },
  ],
};
