// `npm run bench`: compares the built action, as a process, with curl and theory on this machine.
// Usage: npm run bench [-- --quick] [--json] [--only ID]…

import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { FULL, QUICK } from './extent.ts';
import type { Result } from './ratios.ts';
import { showTable } from './ratios.ts';
import { ROWS, showResult } from './rows.ts';
import { Stage } from './stage.ts';

interface Options {
  readonly quick: boolean;
  readonly only: readonly string[];
}

interface Measured {
  readonly machine: Record<string, string>;
  readonly results: readonly Result[];
  /** Rows that could not be measured on this machine, with the reason. */
  readonly skipped: readonly string[];
}

async function measure(stage: Stage, { quick, only }: Options): Promise<Measured> {
  await stage.setUp();
  const extent = quick ? QUICK : FULL;
  const results: Result[] = [];
  const skipped: string[] = [];
  for (const { id, needs = [], measure: measureRow } of ROWS) {
    if (only.length > 0 && !only.includes(id)) continue;
    const missing = needs.filter((need) => stage[need] === null);
    if (missing.length > 0) {
      skipped.push(
        `${id}: this machine has no ${missing.map((need) => TOOLS[need]).join(' and no ')}`,
      );
      continue;
    }
    console.error(`${id} …`);
    results.push(...(await measureRow(stage, extent)));
  }
  return { machine: machineOf(stage, quick), results, skipped };
}

const TOOLS = {
  curl: 'curl',
  certificate: 'openssl',
  line: 'network namespaces (`ip netns` and `tc`, as root)',
} as const;

function machineOf({ curl, sinkKind, certificate }: Stage, quick: boolean): Record<string, string> {
  const [cpu] = cpus();
  const sinks =
    certificate === null
      ? `${sinkKind.http} (HTTP)`
      : `${sinkKind.http} (HTTP), ${sinkKind.https} (HTTPS)`;
  return {
    Date: new Date().toISOString().slice(0, 10),
    Machine: `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 1024 ** 3)} GiB, ${process.platform}`,
    Node: `${process.version}, OpenSSL ${process.versions.openssl}`,
    curl: curl ?? 'none',
    Sinks: sinks,
    Extent: quick ? 'quick: do not quote these figures' : 'full',
  };
}

function show({ machine, results, skipped }: Measured): string {
  return [
    ...Object.entries(machine).map(([name, value]) => `${name}: ${value}`),
    '',
    showTable([['what', 'median (range)', 'aim'], ...results.map(showResult)]),
    ...skipped.map((line) => `\nSkipped: ${line}`),
  ].join('\n');
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
    },
  });
  const stage = new Stage();
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void stage.tearDown().finally(() => process.exit(130)));
  try {
    const measured = await measure(stage, values);
    console.log(values.json ? JSON.stringify(measured, null, 2) : show(measured));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    await stage.tearDown();
  }
}
