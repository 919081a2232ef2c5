// `mode: check` of both actions: asks GitHub and LinkedIn what the tokens can do, and reports it. Catches all errors.

import { openBranchStore } from '../github/branch/branch-store.ts';
import { type GitHubClient, openGitHub } from '../github/github-client.ts';
import { withGracePeriod } from '../grace-period.ts';
import type { CheckInputs } from '../inputs/check-inputs.ts';
import {
  buildCheckFailure,
  buildCheckReport,
  describeVisibility,
  logFindings,
} from '../report/check/check-report.ts';
import { type CheckFindings, judgeToken } from '../report/check/findings.ts';
import type { Report } from '../report/report.ts';
import { Reporter } from '../report/reporter.ts';
import type { Runtime } from '../runtime.ts';
import { checkBranch, storeTokenDay } from './check-branch.ts';
import { askLinkedIn } from './check-linkedin.ts';

/** Resolves with the exit code of the step; never throws. */
export async function checkAccess(inputs: CheckInputs, runtime: Runtime): Promise<number> {
  runtime.logger.info(describeVisibility(inputs).replaceAll('`', ''));
  const report = await findOut(inputs, runtime);
  return new Reporter(runtime).writeOutputs(report);
}

async function findOut(inputs: CheckInputs, runtime: Runtime): Promise<Report> {
  let github: GitHubClient | null = null;
  try {
    github = inputs.github && openGitHub(inputs.github, runtime);
    const findings = await withGracePeriod(collectFindings(github, inputs, runtime), runtime);
    logFindings(findings, runtime.logger);
    return buildCheckReport(findings, runtime.env);
  } catch (error) {
    return buildCheckFailure(error, inputs);
  } finally {
    await github?.disconnect();
  }
}

async function collectFindings(
  github: GitHubClient | null,
  inputs: CheckInputs,
  runtime: Runtime,
): Promise<CheckFindings> {
  const { branch, connect } = inputs;
  const store = branch && github && openBranchStore(branch, { ...runtime, github, shard: null });
  const checked = store && (await checkBranch(store, connect, runtime));
  const answers = await askLinkedIn(inputs, runtime);
  const findings = {
    ...answers,
    given: inputs,
    estimated: checked?.token?.info ?? null,
    branch: checked?.finding ?? null,
  };
  // The day of a token that LinkedIn refuses is of no use.
  if (checked === null || judgeToken(findings).state !== 'accepted') return findings;
  return { ...findings, branch: await storeTokenDay(checked, runtime) };
}
