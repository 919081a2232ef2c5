// What the programs of both actions have in common: they read the inputs, plan, publish, store what is left to store, and report. In
// a cancelled run, the outputs come first. Catches all errors.

import { MANIFEST_MS, withGracePeriod } from '../clock.ts';
import { ActionError, abortReason, messageOf, toActionError } from '../errors/action-error.ts';
import { type GitHubAccess, GitHubClient } from '../github/github-client.ts';
import type { CheckInputs } from '../inputs/access.ts';
import type { Mode } from '../inputs/input-types.ts';
import type { Memory } from '../memory/memory.ts';
import { toAnnotation } from '../report/annotations.ts';
import { withCheckOutputs } from '../report/check-report.ts';
import { logErrors } from '../report/log/logger.ts';
import type { Report } from '../report/report.ts';
import { Reporter } from '../report/reporter.ts';
import type { Run } from '../run.ts';
import { checkAccess } from './check.ts';

/** A run with what is made once for all of it. */
export interface ProgramRun extends Run {
  /** Null without access to GitHub. */
  readonly github: GitHubClient | null;
  readonly reporter: Reporter;
}

interface Program<Inputs, Planned> {
  readonly read: (env: Run['env'], mask: Run['logger']['mask']) => Inputs | CheckInputs;
  readonly plan: (inputs: Inputs, run: ProgramRun) => Promise<Planned>;
  readonly publish: (planned: Planned) => Promise<void>;
  /** `end`: why the run was aborted, if it was. */
  readonly report: (planned: Planned, end: ActionError | null) => Report;
  readonly buildFailure: (error: unknown) => Report;
}

/** Resolves with the exit code of the step; never throws. */
export async function runProgram<
  Inputs extends { readonly mode: Mode; readonly github: GitHubAccess | null },
  Planned extends { readonly memory: Memory },
>(run: Run, program: Program<Inputs, Planned>): Promise<number> {
  const { env, logger, signal } = run;
  const reporter = new Reporter(run);
  let github: GitHubClient | null = null;
  try {
    const inputs = program.read(env, logger.mask);
    github = inputs.github && new GitHubClient(inputs.github, run);
    if (inputs.mode === 'check')
      return reporter.writeReport(await checkAccess(inputs, github, run));
    const programRun = { ...run, github, reporter };
    const planned = await withGracePeriod(program.plan(inputs, programRun), run);
    // A step that is cancelled simply rejects: the ledger has what is known of each file or post.
    await withGracePeriod(program.publish(planned), run).catch((error) => {
      if (!signal.aborted) throw error;
    });
    const build = () => program.report(planned, abortReason(signal));
    return await finishRun(build, planned.memory, programRun);
  } catch (error) {
    return reporter.writeReport(withCheckOutputs(program.buildFailure(error), env));
  } finally {
    await github?.disconnect();
  }
}

/** Writes the page and the outputs. Resolves with the exit code. No step uploads the page of a cancelled run. */
async function finishRun(build: () => Report, memory: Memory, run: ProgramRun): Promise<number> {
  const { reporter, signal, logger } = run;
  let report = build();
  if (!signal.aborted) await reporter.writePage(report);
  // A run that is cancelled meanwhile always fails.
  if (signal.aborted) report = { ...build(), page: null };
  const exitCode = reporter.writeReport(report);
  if (signal.aborted) {
    await closeInTime(memory, run).catch((error) => {
      logErrors([toAnnotation(toActionError(error))], logger);
    });
    reporter.nameManifest(report);
  }
  return exitCode;
}

/**
 * Stores what is left to store, and returns the error, if there is one: what is sent is reported all the same. Does nothing in a
 * cancelled run: see `finishRun`. `earlier`: an error after which the memory can hardly be written.
 */
export async function closeMemory(
  memory: Memory,
  run: Run,
  earlier: ActionError | null = null,
): Promise<ActionError | null> {
  if (run.signal.aborted) return null;
  try {
    await memory.close();
    if (earlier === null) await rememberToken(memory, run);
    return null;
  } catch (error) {
    return run.signal.aborted ? null : toActionError(error);
  }
}

/** Stores the day of a new token. Never rejects: no run depends on it. A cancelled run has no time for it. */
export async function rememberToken(memory: Memory, run: Run): Promise<void> {
  if (run.signal.aborted) return;
  memory.tokens.stageNew();
  await memory
    .update()
    .catch((error) =>
      run.logger.info(`the age of the access token is not remembered: ${messageOf(error)}`),
    );
}

/** Stores what is left in a cancelled run, after its outputs. @throws as `Memory.close` */
export async function closeInTime(memory: Memory, run: Run): Promise<void> {
  await withGracePeriod(memory.close(), run, MANIFEST_MS).catch((error) => {
    if (error !== run.signal.reason) throw error;
    const place = memory.job === null ? 'the disk' : 'GitHub';
    const text = `the manifest was not written in time: ${place} does not respond`;
    throw memory.uploads.nameUnstored(new ActionError('MANIFEST_WRITE', text));
  });
}
