// Faults of the steps that reach several rooms.

import type { Room } from '../mutant.ts';

export const STEPS: Room = {
  name: 'steps',
  folder: 'src/steps/',
  tests: ['test/steps/', 'test/main/', 'test/post-main/'],
  mutants: [
    {
      name: 'upload-key-not-masked',
      fault: 'The runner is not told to mask the keys in upload URLs.',
      file: 'src/steps/open-linkedin.ts',
      search: 'logger.mask(secret);',
      replace: '',
    },
    {
      name: 'max-files-off-by-one',
      fault: 'As many files as `max-files` allows are refused.',
      file: 'src/steps/collect-files.ts',
      search: '(sum, { files }) => sum + files.length, 0) > maxFiles',
      replace: '(sum, { files }) => sum + files.length, 0) >= maxFiles',
    },
    {
      name: 'calls-not-counted',
      fault: 'The calls of a run do not count for `max-calls`.',
      file: 'src/steps/open-linkedin.ts',
      search: 'onRequest: ledger.countRequest,',
      replace: 'onRequest: () => {},',
    },
    {
      name: 'approval-not-checked',
      fault: 'A post that nobody has approved goes out.',
      file: 'src/steps/publish-posts.ts',
      search: "return approval !== 'none' && mode === 'publish' ? new Approvals(run) : null;",
      replace: 'return null;',
    },
    {
      name: 'unapproved-text-remembered',
      fault: 'A text that nobody has approved makes an approved post known in a later run.',
      file: 'src/steps/publish-posts.ts',
      search: '.filter(({ post }) => approvals?.isApproved(post) ?? true)',
      replace: '',
    },
    {
      name: 'unapproved-text-seen',
      fault: 'A text that nobody has approved makes an approved post of the same run known.',
      file: 'src/steps/publish-posts.ts',
      search:
        "countsAsSeen: (post: Pick<PostFile, 'file'>) => approvals?.isApproved(post) ?? true,",
      replace: 'countsAsSeen: () => true,',
    },
    {
      name: 'approved-post-reuses-media',
      fault:
        'With `approval`, a picture is reused from the memory, which may lead to another picture.',
      file: 'src/steps/publish-posts.ts',
      search: "inputs.approval === 'none' ? uploads : {",
      replace: 'true ? uploads : {',
    },
    {
      name: 'check-names-the-member',
      fault: 'With `owner`, `mode: check` shows the name of the member in a public log.',
      file: 'src/steps/check.ts',
      search: '    if (owner !== null) {\n',
      replace: '    if (false) {\n',
    },
    {
      name: 'memory-not-awaited',
      fault: 'A run ends before its manifest is written.',
      file: 'src/steps/run-program.ts',
      search: '    await memory.close();\n    if (earlier',
      replace: '    void memory.close().catch(() => {});\n    if (earlier',
    },
    {
      name: 'keys-go-out-as-text',
      fault: 'A post file in `text-file` goes out with its keys.',
      file: 'src/steps/collect-posts.ts',
      search: 'if (!FRONT_MATTER.test(written)) return written;',
      replace: 'return written;',
    },
  ],
};
