// `approval: environment`: a reviewer of the environment has approved this run.

import type { RepositoryReader } from './repository-reader.ts';

export interface EnvironmentRule {
  readonly kind: 'environment';
  readonly github: RepositoryReader;
  readonly environment: string;
  /** GITHUB_RUN_ID. A re-run has the same one. */
  readonly runId: string;
}

/**
 * What the approval lacks, as the end of a sentence about the post; null if it is approved. The entries of all attempts of a
 * run are in one list, without their times. GitHub itself asks again in each attempt, before it starts a job of the environment.
 * @throws ActionError if that cannot be determined; RunError
 */
export async function whyEnvironmentNotApproved(rule: EnvironmentRule): Promise<string | null> {
  const { github, environment, runId } = rule;
  if (!/^\d+$/.test(runId)) return "the runner's variable GITHUB_RUN_ID is not the number of a run";
  const { data: entries } = await github.read({
    name: 'approvals of the run',
    permission: 'actions: read',
    call: ({ rest }, request) =>
      rest.actions.getReviewsForRun({ ...github.repository, run_id: Number(runId), request }),
  });
  const isNamed = ({ name = '' }) => foldCase(name) === foldCase(environment);
  const ours = entries.filter(({ environments }) => environments.some(isNamed));
  // The rules of the environment decide who may approve.
  if (ours.some(({ state }) => state === 'approved')) return null;
  if (ours.some(({ state }) => state === 'rejected'))
    return `the environment ${environment} was rejected in this run`;
  const others = [
    ...new Set(entries.flatMap(({ environments }) => environments.map(({ name = '' }) => name))),
  ];
  const found = others.length === 0 ? '' : ` (this run has approvals for ${others.join(', ')})`;
  return `nobody has approved the environment ${environment} in this run${found}: name it in \`environment:\` of the job, and check that it has required reviewers`;
}

/** Names of environments are not case-sensitive. Unicode would also fold other characters, such as the Kelvin sign, to a letter. */
function foldCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
