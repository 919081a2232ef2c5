// The runner emulator with GitHub's own toolkit, which was written for the real runner.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { useTinyAction } from './tiny-action.ts';

const { run } = useTinyAction('inputs: { some-name: { description: a, default: first } }\n');

it("the emulator reads the commands and files of GitHub's own toolkit", async () => {
  const toolkit = pathToFileURL(resolve(import.meta.dirname, '../../node_modules/@actions/core/lib/core.js'));
  const step = await run(
    `import * as core from '${toolkit}';
     core.setSecret('sesame'); core.info('say sesame'); core.debug('d'); core.startGroup('g'); core.endGroup();
     core.warning('50%\\n::error::x', { file: 'a,b:c.png', title: 'T', startLine: 2 });
     core.setOutput('list', [core.getInput('some-name'), 'a\\nb']); core.exportVariable('E', 'v'); core.addPath('/p');
     core.saveState('s', 1); await core.summary.addHeading('H').write(); core.setFailed('end');`,
  );
  expect(step).toMatchObject({
    exitCode: 1,
    outcome: 'failure',
    env: { E: 'v' },
    state: { s: '1' },
    paths: ['/p'],
  });
  expect(step.json('list')).toEqual(['first', 'a\nb']);
  expect(step.log).toEqual(['say ***', '▾ g', 'Warning: 50%', '::error::x', 'Error: end']);
  expect(step.summary.trim()).toBe('<h1>H</h1>');
  expect(step.debug).toEqual(['d']);
  expect(step.annotations).toEqual([
    { level: 'warning', message: '50%\n::error::x', title: 'T', file: 'a,b:c.png', line: 2 },
    { level: 'error', message: 'end' },
  ]);
});
