// For ci.yml and prober.yml: checks the outputs of the previous step against the files that it should have uploaded.
// `node scripts/check-outputs.ts samples/hero.png …`, with the outputs in RESULTS, RESULTS_FILE, URNS, UPLOADED, FAILED.

import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

interface Row {
  readonly file: string;
  readonly state: string;
  readonly mediaUrn?: string;
}

/** A message for each wrong output. `files` are the uploaded files, in order. */
export function findErrors(
  files: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  try {
    return wrongOutputs(files, env);
  } catch (error) {
    return [`an output cannot be read: ${error instanceof Error ? error.message : error}`];
  }
}

function wrongOutputs(
  files: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const rows = JSON.parse(env.RESULTS ?? '') as Row[];
  const kept: unknown = JSON.parse(readFileSync(env.RESULTS_FILE ?? '', 'utf8'));
  const urns: unknown = JSON.parse(env.URNS ?? '');
  const states = rows.map(({ file, state }) => `${file} ${state}`);
  const simulated = rows.every(({ mediaUrn }) =>
    /^urn:li:(image|video):SIMULATED/.test(mediaUrn ?? ''),
  );
  const expectedUrns = Object.fromEntries(rows.map(({ file, mediaUrn }) => [file, mediaUrn]));
  const checks: readonly (readonly [message: string, isRight: boolean])[] = [
    [
      `results: ${states.join(', ')}`,
      isDeepStrictEqual(
        states,
        files.map((file) => `${file} available`),
      ),
    ],
    ['results: a row has no URN of the sandbox', simulated],
    ['results-file differs from results', isDeepStrictEqual(kept, rows)],
    ['results-file is not a path with `/`', !env.RESULTS_FILE?.includes('\\')],
    ['urns differs from results', isDeepStrictEqual(urns, expectedUrns)],
    [`uploaded-count is ${env.UPLOADED}`, env.UPLOADED === String(files.length)],
    [`failed-count is ${env.FAILED}`, env.FAILED === '0'],
  ];
  return checks.flatMap(([message, isRight]) => (isRight ? [] : [message]));
}

if (import.meta.main) {
  const messages = findErrors(process.argv.slice(2), process.env);
  for (const message of messages) console.error(message);
  process.exitCode = messages.length === 0 ? 0 : 1;
}
