// Faults of what a run reports: log, outputs, summary and page.

import type { Room } from '../mutant.ts';

export const REPORT: Room = {
  name: 'report',
  folder: 'src/report/',
  tests: ['test/report/'],
  mutants: [
    {
      name: 'failed-file-in-urns',
      fault: 'The output `urns` has a file that failed.',
      file: 'src/report/uploads/upload-report.ts',
      search: 'const good = rows.filter(isSuccess);',
      replace: 'const good = rows;',
    },
    {
      name: 'output-too-long',
      fault: 'An output is longer than an environment variable can be.',
      file: 'src/report/outputs.ts',
      search: 'return sizeBytes <= MAX_OUTPUT_BYTES;',
      replace: 'return true;',
    },
    {
      name: 'failed-output-succeeds',
      fault: 'A step whose outputs could not be written succeeds.',
      file: 'src/report/reporter.ts',
      search: 'return report.failed || writeErrors.length > 0 ? 1 : 0;',
      replace: 'return report.failed ? 1 : 0;',
    },
    {
      name: 'download-url-in-log',
      fault: 'The log shows the download addresses of files, which are credentials.',
      file: 'src/report/reporter.ts',
      search: '({ ...row, artifacts: undefined })',
      replace: '({ ...row })',
    },
    {
      name: 'file-name-becomes-command',
      fault: 'A file whose name begins with `::` gives the runner a command.',
      file: 'src/report/log/logger.ts',
      search: String.raw`.replace(/^(\s*):(?=:)/, '$1\\u003a');`,
      replace: ';',
    },
    {
      name: 'html-of-file-name',
      fault: 'A file name becomes HTML on the page.',
      file: 'src/report/markdown.ts',
      search: "'<': '&lt;',",
      replace: "'<': '<',",
    },
    {
      name: 'mention-in-summary',
      fault: 'A file name with an `@` notifies a user of GitHub from the summary.',
      file: 'src/report/markdown.ts',
      search: String.raw`/@(?=[\w.-])|#`,
      replace: '/#',
    },
  ],
};
