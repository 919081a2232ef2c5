// Runs the programs of a story in this process, in virtual time.

import { main } from '../../../src/main.ts';
import { postMain } from '../../../src/post-main.ts';
import type { Runtime } from '../../../src/runtime.ts';
import { TestClock } from '../../support/clock.ts';
import { Step, type StepResult } from '../runner.ts';
import type { Execution, StepSpec } from './story.ts';

/** Changes what a program is given, to see that the invariants find it. */
export type Wrap = (runtime: Runtime) => Runtime;

export class InProcess implements Execution {
  readonly time = new TestClock();
  readonly isSequential = false;
  readonly #wrap: Wrap;

  constructor(wrap: Wrap = (runtime) => runtime) {
    this.#wrap = wrap;
  }

  async run({ program, machine, disk, world, runId, ...place }: StepSpec): Promise<StepResult | null> {
    const step = await Step.prepare(program, place);
    step.env.GITHUB_RUN_ID = runId;
    const { env, logger } = step;
    const { clock, signal } = machine;
    const openDispatcher = () => world.dispatcherFor(machine);
    const start = program === 'upload' ? main : postMain;
    const exitCode = await Promise.race([
      start(this.#wrap({ env, logger, clock, signal, openDispatcher, open: disk.open })),
      machine.died.then(() => null),
    ]);
    return exitCode === null ? null : step.result(exitCode);
  }
}
