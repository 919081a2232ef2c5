// `npm run demo`: the built action over the sample media, in `mode: simulate` and so without LinkedIn or a token,
// as a workflow would run it, once for each of LinkedIn's APIs; then what the next step would get.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runAction, type StepRun } from '../test/support/runner.ts';

const ROOT = resolve(import.meta.dirname, '..');

const INPUTS = { owner: 'urn:li:organization:24141830', mode: 'simulate' };
const FILES = ['samples/*', '!samples/*.sh', '!samples/*.srt', '!samples/*.thumbnail.*'].join('\n');

/** A threshold of 1 MB sends the sample video in parts; with the Videos API its captions and thumbnail go along. */
const STEPS = [
  { api: 'assets', files: FILES, 'multipart-threshold-mb': '1' },
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
  heading(`The step, with api: ${inputs.api}`);
  for (const [name, value] of Object.entries(inputs))
    console.log(`with ${name}: ${value.replaceAll('\n', ' ')}`);
  heading('Its log');
  const step = await runAction({ inputs, workspace: ROOT, onLine: (line) => console.log(line) });
  heading('Its outputs');
  for (const [name, value] of Object.entries(step.outputs)) console.log(describeOutput(name, value));
  heading('Its job summary');
  console.log(step.summary.trim() || '(empty)');
  heading(ending(step));
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

function ending({ outcome, exitCode, runnerTemp }: StepRun): string {
  return `${outcome}, exit code ${exitCode}; the files it wrote: ${runnerTemp}`;
}

if (import.meta.main) {
  try {
    process.exitCode = await demo();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
