// Runs the programs of a story as users do: the built action as a process, with LinkedIn and GitHub on loopback. A machine that is
// lost kills its process.

import { join } from 'node:path';
import { filesBelow } from '../../support/folders.ts';
import { runAction } from '../../support/runner.ts';
import type { Service } from '../faults.ts';
import { RealTime } from '../real-time.ts';
import { ACTIONS, errorsIn, type StepResult } from '../runner.ts';
import { serveHandler } from '../serve.ts';
import type { Execution, StepSpec } from './story.ts';

/** To be closed at the end. */
export async function openProcesses(): Promise<Execution & { close(): void }> {
  let current: StepSpec | null = null;
  const serve = (service: Service) =>
    serveHandler(async (request) => {
      if (current === null) throw new Error('no program runs');
      return await current.world.carry(request, { machine: current.machine, service });
    });
  const [linkedin, github] = [await serve('linkedin'), await serve('github')];
  return {
    time: new RealTime(),
    isSequential: true,
    run: async (spec) => {
      current = spec;
      return await runProcess(spec, { linkedinUrl: linkedin.url, gitHubUrl: github.url });
    },
    close: () => {
      for (const { close } of [linkedin, github]) void close();
    },
  };
}

async function runProcess(
  { program, folder, workspace, inputs, runId, machine }: StepSpec,
  { linkedinUrl, gitHubUrl }: { linkedinUrl: string; gitHubUrl: string },
): Promise<StepResult | null> {
  const runnerTemp = join(folder, 'temp');
  const run = await runAction({
    action: ACTIONS[program],
    workspace,
    runnerTemp,
    inputs: { ...inputs, 'api-url': linkedinUrl },
    env: { GITHUB_API_URL: gitHubUrl, GITHUB_RUN_ID: runId },
    onStart: ({ send }) => {
      void machine.died.then(() => send('SIGKILL'));
      machine.signal.addEventListener('abort', () => send('SIGINT'));
    },
  });
  if (machine.isDead) return null;
  const { annotations } = run;
  return {
    exitCode: run.exitCode ?? 1,
    outputs: run.outputs,
    texts: new Map([...filesBelow(runnerTemp), ['log', run.printed]]),
    annotations,
    errors: errorsIn(annotations),
  };
}
