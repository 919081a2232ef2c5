// `npm run demo`: runs the built action on the sample media like a workflow, once for each value of `api`, and prints
// its outputs. `mode: simulate` needs neither LinkedIn nor a token.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runAction } from '../test/support/runner.ts';

const ROOT = resolve(import.meta.dirname, '..');

const INPUTS = { owner: 'urn:li:organization:24141830', mode: 'simulate' };
const FILES = ['samples/*', '!samples/*.sh', '!samples/*.srt', '!samples/*.thumbnail.*'].join('\n');

/** A threshold of 1 MB uploads the sample video in parts. The Videos API also gets its captions and thumbnail.
 * Only `api: media` accepts the PDF. */
const STEPS = [
  { api: 'assets', files: `${FILES}\n!samples/*.pdf`, 'multipart-threshold-mb': '1' },
  { api: 'media', files: FILES, sidecars: 'true', 'media-artifacts': 'true' },
];

async function demo(): Promise<number> {
  if (!existsSync(join(ROOT, 'dist/index.js'))) {
    throw new Error('dist/ is missing: run `npm run build` first.');
  }
  let exitCode = 0;
  for (const step of STEPS) exitCode ||= await show({ ...INPUTS, ...step });
  return exitCode;
}

async function show(inputs: Readonly<Record<string, string>>): Promise<number> {
  heading(`Step with api: ${inputs.api}`);
  for (const [name, value] of Object.entries(inputs))
    console.log(`with ${name}: ${value.replaceAll('\n', ' ')}`);
  heading('Log');
  const step = await runAction({ inputs, workspace: ROOT, onLine: (line) => console.log(line) });
  heading('Outputs');
  for (const [name, value] of Object.entries(step.outputs)) console.log(describeOutput(name, value));
  heading('Job summary');
  console.log(step.summary.trim() || '(empty)');
  console.log(`\nOpen the page with every file in a browser: ${step.outputs['page-file']}`);
  heading(`${step.outcome}, exit code ${step.exitCode}; files in ${step.runnerTemp}`);
  return step.outcome === 'success' ? 0 : step.exitCode || 1;
}

function heading(text: string): void {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 76 - text.length))}`);
}

function describeOutput(name: string, value: string): string {
  if (name === 'results') return `${name}:\n${(JSON.parse(value) as Row[]).map(describeRow).join('\n')}`;
  return `${name}: ${value}`;
}

interface Row {
  readonly file: string;
  readonly state: string;
  readonly bytes?: number;
  readonly mediaUrn?: string;
  readonly error?: { readonly code: string };
}

function describeRow({ file, state, bytes, mediaUrn, error }: Row): string {
  const size = bytes === undefined ? '' : `${bytes.toLocaleString('en')} bytes`;
  return [
    '  ',
    file.padEnd(22),
    state.padEnd(11),
    size.padStart(16),
    '  ',
    error?.code ?? mediaUrn ?? '',
  ].join('');
}

if (import.meta.main) {
  try {
    process.exitCode = await demo();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
