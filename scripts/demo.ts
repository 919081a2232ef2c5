// `npm run demo`: runs the two built actions on the samples, as a workflow would: uploads, then posts. `mode: simulate` needs
// neither LinkedIn nor a token.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runAction, type StepRun } from '../test/support/runner.ts';

const ROOT = resolve(import.meta.dirname, '..');

const INPUTS = { owner: 'urn:li:organization:24141830', mode: 'simulate' };

/** The captions and the thumbnail go along with the video. */
const UPLOADS = {
  ...INPUTS,
  // The default, `assets`, is the API that LinkedIn is going to retire.
  api: 'media',
  files: ['samples/*.*', '!samples/*.sh', '!samples/*.srt', '!samples/*.thumbnail.*'].join('\n'),
  sidecars: 'true',
};

const POSTS = { ...INPUTS, posts: 'samples/posts/*.md', 'max-posts': '2' };

async function demo(): Promise<number> {
  if (!existsSync(join(ROOT, 'dist/index.js'))) {
    throw new Error('dist/ is missing: run `npm run build` first.');
  }
  const uploads = await show('Upload media', { action: 'action.yml', inputs: UPLOADS });
  const posts = await show('Publish posts', { action: 'post/action.yml', inputs: POSTS });
  console.log(
    '`api: media` is for new workflows. The default, `api: assets`, uploads the same pictures and videos.',
  );
  console.log(`\nOpen the page with the posts in a browser: ${posts.outputs['page-file']}`);
  return [uploads, posts].every(({ outcome }) => outcome === 'success') ? 0 : 1;
}

interface DemoStep {
  /** Path of the action.yml in this repository. */
  readonly action: string;
  readonly inputs: Readonly<Record<string, string>>;
}

async function show(title: string, { action, inputs }: DemoStep): Promise<StepRun> {
  heading(title);
  for (const [name, value] of Object.entries(inputs))
    console.log(`with ${name}: ${value.replaceAll('\n', ' ')}`);
  heading('Log');
  const request = { action: join(ROOT, action), inputs, workspace: ROOT };
  const step = await runAction({ ...request, onLine: (line) => console.log(line) });
  heading('Outputs');
  for (const [name, value] of Object.entries(step.outputs))
    console.log(describeOutput(name, value));
  heading(`${step.outcome}, exit code ${step.exitCode}; files in ${step.runnerTemp}`);
  return step;
}

function heading(text: string): void {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 76 - text.length))}`);
}

function describeOutput(name: string, value: string): string {
  if (name === 'results')
    return `${name}:\n${(JSON.parse(value) as Row[]).map(describeRow).join('\n')}`;
  return `${name}: ${value}`;
}

/** A row of either action. */
interface Row {
  readonly file: string;
  readonly state: string;
  readonly mediaUrn?: string;
  readonly urn?: string;
  readonly error?: { readonly code: string };
}

function describeRow({ file, state, mediaUrn, urn, error }: Row): string {
  return `  ${file.padEnd(28)}${state.padEnd(11)}  ${error?.code ?? mediaUrn ?? urn ?? ''}`;
}

if (import.meta.main) {
  try {
    process.exitCode = await demo();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
