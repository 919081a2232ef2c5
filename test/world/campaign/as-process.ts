// Runs the programs of a story as users do: the built action as a process, with LinkedIn and GitHub on loopback. A machine that is
// lost kills its process.

import { join } from 'node:path';
import { runAction } from '../../support/runner.ts';
import type { Service } from '../faults.ts';
import { RealTime } from '../real-time.ts';
import { ACTIONS, filesBelow, type StepResult } from '../runner.ts';
import { type Served, serveHandler } from '../serve.ts';
import type { Execution, StepSpec } from './story.ts';

export class AsProcess implements Execution {
  readonly time = new RealTime();
  readonly isSequential = true;
  readonly #served = new Map<Service, Served>();
  #current: StepSpec | null = null;

  static async open(): Promise<AsProcess> {
    const execution = new AsProcess();
    for (const service of ['linkedin', 'github'] as const) await execution.#serve(service);
    return execution;
  }

  close(): void {
    for (const { close } of this.#served.values()) void close();
  }

  async run(spec: StepSpec): Promise<StepResult | null> {
    const { program, folder, workspace, inputs, runId, machine } = spec;
    this.#current = spec;
    const runnerTemp = join(folder, 'temp');
    const run = await runAction({
      action: ACTIONS[program],
      workspace,
      runnerTemp,
      inputs: { ...inputs, 'api-url': this.#urlOf('linkedin') },
      env: { GITHUB_API_URL: this.#urlOf('github'), GITHUB_RUN_ID: runId },
      onStart: ({ send }) => {
        void machine.died.then(() => send('SIGKILL'));
        machine.signal.addEventListener('abort', () => send('SIGINT'));
      },
    });
    if (machine.isDead) return null;
    const files = filesBelow(runnerTemp);
    const log = run.rawLog.filter((line) => !line.startsWith('::add-mask::')).join('\n');
    const errors = run.annotations.filter(({ level }) => level === 'error');
    return {
      exitCode: run.exitCode ?? 1,
      outputs: run.outputs,
      texts: new Map([...files, ['log', log]]),
      errors: errors.map(({ title = '', message }) => `${title}: ${message}`),
    };
  }

  async #serve(service: Service): Promise<void> {
    const served = await serveHandler(async (request) => {
      if (this.#current === null) throw new Error('no program runs');
      const { world, machine } = this.#current;
      return await world.carry(request, { machine, service });
    });
    this.#served.set(service, served);
  }

  #urlOf(service: Service): string {
    return this.#served.get(service)?.url ?? '';
  }
}
