// The runner emulator with GitHub's own toolkit, which was written for the real runner.

import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { makeWorkspace } from './publishing.ts';
import { runAction } from './runner.ts';

const ACTION =
  'inputs: { some-name: { description: a, default: first } }\nruns: { using: node24, main: main.mjs }\n';

it("the emulator reads the commands and files of GitHub's own toolkit", async () => {
  const toolkit = pathToFileURL(
    resolve(import.meta.dirname, '../../node_modules/@actions/core/lib/core.js'),
  );
  const code = `import * as core from '${toolkit}';
     core.setSecret('sesame'); core.info('say sesame'); core.debug('d'); core.startGroup('g'); core.endGroup();
     core.warning('50%\\n::error::x', { file: 'a,b:c.png', title: 'T', startLine: 2 });
     core.setOutput('list', [core.getInput('some-name'), 'a\\nb']); core.exportVariable('E', 'v'); core.addPath('/p');
     core.saveState('s', 1); await core.summary.addHeading('H').write(); core.setFailed('end');`;
  const workspace = await makeWorkspace({ 'action.yml': ACTION, 'main.mjs': code });
  const step = await runAction({
    workspace,
    action: join(workspace, 'action.yml'),
    inputs: {},
    debug: true,
  });
  expect(step).toMatchObject({
    exitCode: 1,
    outcome: 'failure',
    others: [
      expect.stringMatching(/^E<<\S+\r?\nv\r?\n/),
      expect.stringMatching(/^s<<\S+\r?\n1\r?\n/),
      expect.stringMatching(/^\/p\r?\n$/),
    ],
  });
  expect(step.json('list')).toEqual(['first', 'a\nb']);
  expect(step.log).toEqual([
    'say ***',
    '##[debug]d',
    '▾ g',
    'Warning: 50%',
    '::error::x',
    'Error: end',
  ]);
  expect(step.summary.trim()).toBe('<h1>H</h1>');
  expect(step.annotations).toEqual([
    { level: 'warning', message: '50%\n::error::x', title: 'T', file: 'a,b:c.png', line: 2 },
    { level: 'error', message: 'end' },
  ]);
});
