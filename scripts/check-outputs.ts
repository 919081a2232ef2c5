// What ci.yml and prober.yml ask of the step that ran before: were these files uploaded, and do the outputs say so?
// `node scripts/check-outputs.ts samples/hero.png …`, with the outputs in RESULTS, RESULTS_FILE, URNS, UPLOADED, FAILED.

import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

interface Row {
  readonly file: string;
  readonly state: string;
  readonly mediaUrn?: string;
}

/** A sentence for each output that is not as it should be after `files`, in this order, were uploaded. */
export function findFaults(
  files: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  try {
    return readFaults(files, env);
  } catch (error) {
    return [`an output cannot be read: ${error instanceof Error ? error.message : error}`];
  }
}

function readFaults(files: readonly string[], env: Readonly<Record<string, string | undefined>>): string[] {
  const rows = JSON.parse(env.RESULTS ?? '') as Row[];
  const kept: unknown = JSON.parse(readFileSync(env.RESULTS_FILE ?? '', 'utf8'));
  const urns: unknown = JSON.parse(env.URNS ?? '');
  const states = rows.map(({ file, state }) => `${file} ${state}`);
  const simulated = rows.every(({ mediaUrn }) => /^urn:li:(image|video):SIMULATED/.test(mediaUrn ?? ''));
  const told = Object.fromEntries(rows.map(({ file, mediaUrn }) => [file, mediaUrn]));
  const checks: readonly (readonly [fault: string, holds: boolean])[] = [
    [
      `results: ${states.join(', ')}`,
      isDeepStrictEqual(
        states,
        files.map((file) => `${file} available`),
      ),
    ],
    ['results: a row has no URN of the sandbox', simulated],
    ['results-file is not what results is', isDeepStrictEqual(kept, rows)],
    ['results-file is not a path with `/`', !env.RESULTS_FILE?.includes('\\')],
    ['urns is not what results is', isDeepStrictEqual(urns, told)],
    [`uploaded-count is ${env.UPLOADED}`, env.UPLOADED === String(files.length)],
    [`failed-count is ${env.FAILED}`, env.FAILED === '0'],
  ];
  return checks.flatMap(([fault, holds]) => (holds ? [] : [fault]));
}

if (import.meta.main) {
  const faults = findFaults(process.argv.slice(2), process.env);
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
