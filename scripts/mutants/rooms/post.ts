// Faults of posts: which go out, exactly once, and as they were written.

import type { Room } from '../mutant.ts';

export const POST: Room = {
  name: 'post',
  folder: 'src/post/',
  tests: ['test/post/', 'test/post-main/'],
  mutants: [
    {
      name: 'claim-kept-after-refusal',
      fault: 'A claim is not withdrawn after a definite refusal, so that the post never goes out.',
      file: 'src/post/send/post-sender.ts',
      search: "if (answer.kind === 'refused') return await this.#withdraw(claimed.claim, answer.error);",
      replace: "if (answer.kind === 'refused') return this.#item.end(answer.error);",
    },
    {
      name: 'claim-kept-after-cancellation',
      fault: 'A claim is not withdrawn in a run that is cancelled before the first byte of its post.',
      file: 'src/post/send/post-sender.ts',
      search:
        "else if (claim !== null && stage.kind === 'claimed') void memory.withdraw(claim).catch(() => {});",
      replace: '',
    },
    {
      name: 'claim-of-another-run-overwritten',
      fault: 'A post that another run has claimed meanwhile is sent by both.',
      file: 'src/post/send/post-sender.ts',
      search: 'this.#claimed = isAsPlanned(latest, post) ? this.#makeClaim(latest) : null;',
      replace: 'this.#claimed = this.#makeClaim(latest);',
    },
    {
      name: 'urn-lost-with-the-memory',
      fault: 'A post that is on LinkedIn loses its URN when the manifest cannot be written.',
      file: 'src/post/send/post-sender.ts',
      search: 'return lost(cause.message, cause);',
      replace: "return this.#item.settle({ state: 'failed', errors: [cause] });",
    },
    {
      name: 'lost-response-not-repeated',
      fault: 'A post whose answer was lost is not sent again after 30 s.',
      file: 'src/post/send/post-sender.ts',
      search:
        "if (!(await sleepUnlessAborted(clock, RETRY_DELAY_MS, signal))) return { kind: 'lost', error };",
      replace: "return { kind: 'lost', error };",
    },
    {
      name: 'old-duplicate-adopted',
      fault: 'An old post that LinkedIn names as the duplicate counts as the one of this run.',
      file: 'src/post/send/recovery.ts',
      search: 'return isAfterStart && createdMs <= endMs + TOLERANCE_MS ? urn : null;',
      replace: 'return createdMs <= endMs + TOLERANCE_MS ? urn : null;',
    },
    {
      name: 'unknown-post-sent-again',
      fault: 'A post that may be on LinkedIn is sent again without `resend`.',
      file: 'src/post/plan.ts',
      search: 'entry.attempt <= file.resend;',
      replace: 'entry.attempt <= file.resend + 1;',
    },
    {
      name: 'scheduled-post-sent-early',
      fault: 'A post goes out before its `at`.',
      file: 'src/post/plan.ts',
      search: 'if (atMs !== null && atMs > nowMs) {',
      replace: 'if (false) {',
    },
    {
      name: 'max-posts-off-by-one',
      fault: 'A run sends one post more than `max-posts`.',
      file: 'src/post/post-ledger.ts',
      search: 'maxPosts - hadTurn.length',
      replace: 'maxPosts + 1 - hadTurn.length',
    },
    {
      name: 'content-without-its-media',
      fault: 'Two posts that differ only in their pictures count as one post.',
      file: 'src/post/content.ts',
      search: 'const parts = [author, shown, files, card, atMs];',
      replace: 'const parts = [author, shown, card, atMs];',
    },
    {
      name: 'post-of-another-owner-sent',
      fault: 'A post whose `owner` is another one than that of the job goes out.',
      file: 'src/post/plan.ts',
      search: 'files.filter(({ author }) => author === owner);',
      replace: 'files.filter(() => true);',
    },
    {
      name: 'seen-contents-forgotten',
      fault: 'A text that was corrected goes out again when its file is moved.',
      file: 'src/post/identity.ts',
      search: 'new Set([entry.content, ...entry.seen])',
      replace: 'new Set([entry.content])',
    },
    {
      name: 'moved-text-not-noticed',
      fault: 'A new text in the file of a post that has moved counts as an edit of that post.',
      file: 'src/post/identity.ts',
      search: 'if (moved === undefined) {',
      replace: 'if (true) {',
    },
    {
      name: 'copy-goes-out',
      fault: 'A copy of a published post goes out.',
      file: 'src/post/identity.ts',
      search: 'if (same[0] !== undefined) return this.#copy(same[0], file);',
      replace: '',
    },
    {
      name: 'content-of-this-run-not-seen',
      fault: 'A copy of an edit that no earlier run has seen goes out.',
      file: 'src/post/identity.ts',
      search: 'if (content !== null) one.contents.add(content);',
      replace: '',
    },
    {
      name: 'id-above-an-edit-not-asked-about',
      fault:
        'An id that is given to an edited text, whose file is gone, makes it another post without a question.',
      file: 'src/post/identity.ts',
      search: 'if (edited !== undefined) return',
      replace: 'if (false) return',
    },
    {
      name: 'invalid-post-does-not-stop',
      fault: 'Other posts go out although one has a validation error.',
      file: 'src/post/plan.ts',
      search: 'stop: invalid,',
      replace: 'stop: null,',
    },
    {
      name: 'bracket-not-escaped',
      fault: 'The text of a post ends on LinkedIn at its first bracket.',
      file: 'src/post/text/little-text.ts',
      search: String.raw`/[\\|{}@[\]()<>#*_~]/g;`,
      replace: String.raw`/[\\|{}@[\]<>#*_~]/g;`,
    },
    {
      name: 'alternative-text-not-sent',
      fault: 'The alternative text of a picture is not sent with its post.',
      file: 'src/post/text/body.ts',
      search: "...(isImage && alt !== null && alt !== '' && { altText: alt }),",
      replace: '',
    },
  ],
};
