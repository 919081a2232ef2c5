// Runs the programs of a story in this process, in virtual time.

import { TestClock } from '../../support/clock.ts';
import { runStep, type StepResult, type Wrap } from '../runner.ts';
import type { Execution, StepSpec } from './story.ts';

export class InProcess implements Execution {
  readonly time = new TestClock();
  readonly isSequential = false;
  readonly #wrap: Wrap;

  constructor(wrap: Wrap = (runtime) => runtime) {
    this.#wrap = wrap;
  }

  run({ runId, disk, ...plan }: StepSpec): Promise<StepResult | null> {
    return runStep(plan, ({ env, ...runtime }) =>
      this.#wrap({ ...runtime, env: { ...env, GITHUB_RUN_ID: runId }, open: disk.open }),
    );
  }
}
