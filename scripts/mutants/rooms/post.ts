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
      file: 'src/post/send/send-posts.ts',
      search: "if (sent.kind === 'rejected') return await this.#withdraw(claimed.claim, sent.error);",
      replace: "if (sent.kind === 'rejected') return { state: 'failed', errors: [sent.error] };",
    },
    {
      name: 'claim-kept-after-cancellation',
      fault: 'A claim is not withdrawn in a run that is cancelled before the first byte of its post.',
      file: 'src/post/send/send-posts.ts',
      search:
        "else if (claim !== null && outcome.state === 'skipped') void memory.withdraw(claim).catch(() => {});",
      replace: '',
    },
    {
      name: 'claim-of-another-run-overwritten',
      fault: 'A post that another run has claimed meanwhile is sent by both.',
      file: 'src/post/send/send-posts.ts',
      search:
        "const claimed = latest.state === 'due' && isAsPlanned ? this.#makeClaim(latest, entries) : null;",
      replace: 'const claimed = isAsPlanned || true ? this.#makeClaim(latest, entries) : null;',
    },
    {
      name: 'urn-lost-with-the-memory',
      fault: 'A post that is on LinkedIn loses its URN when the memory cannot be written.',
      file: 'src/post/send/send-posts.ts',
      search: 'return this.#notStored(urn, cause.message, cause);',
      replace: "return { state: 'failed', errors: [cause] };",
    },
    {
      name: 'lost-response-not-repeated',
      fault: 'A post whose answer was lost is not sent again after 30 s.',
      file: 'src/post/send/post-sender.ts',
      search: 'if (!(await sleepUnlessAborted(clock, RETRY_DELAY_MS, signal))) return',
      replace: 'return',
    },
    {
      name: 'old-duplicate-adopted',
      fault: 'An old post that LinkedIn names as the duplicate counts as the one of this run.',
      file: 'src/post/send/recovery.ts',
      search: 'return isAfterClaim && isBeforeRetry ? urn : null;',
      replace: 'return isBeforeRetry ? urn : null;',
    },
    {
      name: 'unknown-post-sent-again',
      fault: 'A post that may be on LinkedIn is sent again without `resend`.',
      file: 'src/post/post-decision.ts',
      search: 'if (attempts <= post.resend)',
      replace: 'if (attempts <= post.resend + 1)',
    },
    {
      name: 'scheduled-post-sent-early',
      fault: 'A post goes out before its `at`.',
      file: 'src/post/post-decision.ts',
      search: 'if (atMs !== null && atMs > nowMs) {',
      replace: 'if (false) {',
    },
    {
      name: 'max-posts-off-by-one',
      fault: 'A run sends one post more than `max-posts`.',
      file: 'src/post/post-ledger.ts',
      search: 'due.length <= maxPosts) return;',
      replace: 'due.length <= maxPosts + 1) return;',
    },
    {
      name: 'content-without-its-media',
      fault: 'Two posts that differ only in their pictures count as one post.',
      file: 'src/post/plan.ts',
      search: 'const parts = [author, text, media, card, atMs];',
      replace: 'const parts = [author, text, card, atMs];',
    },
    {
      name: 'post-of-another-owner-sent',
      fault: 'A post whose `owner` is another one than that of the job goes out.',
      file: 'src/post/plan.ts',
      search: 'if (author !== settings.owner) {',
      replace: 'if (false) {',
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
