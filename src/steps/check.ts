// `mode: check` of both actions asks LinkedIn and GitHub whether a run would be accepted: the memory on a branch, the token, its
// member and pages, and for the owner one registration and the permissions. Leaves at most an empty registration, and the day of
// the token in the memory. Catches all errors.

import { withGracePeriod } from '../clock.ts';
import { statusOf, toActionError } from '../errors/action-error.ts';
import { pluralize } from '../format.ts';
import type { GitHubClient } from '../github/github-client.ts';
import type { CheckInputs } from '../inputs/access.ts';
import { PERMISSIONS_SCOPE } from '../linkedin/owners.ts';
import type { TokenInfo } from '../linkedin/session.ts';
import { ownerKind } from '../linkedin/urn.ts';
import { Branch } from '../memory/branch.ts';
import { Memory } from '../memory/memory.ts';
import type { TokenEstimateInfo } from '../memory/tokens.ts';
import { parsePosts } from '../post/memory/post-memory.ts';
import {
  type Answer,
  type Answers,
  buildCheckFailure,
  buildCheckReport,
  type CheckFindings,
  describeVisibility,
  tokenErrorIn,
} from '../report/check-report.ts';
import type { Report } from '../report/report.ts';
import type { Run } from '../run.ts';
import { Ledger } from '../upload/ledger.ts';
import { withLinkedIn } from './open-linkedin.ts';

/** Never rejects. `github`: null without access to GitHub. */
export async function checkAccess(
  inputs: CheckInputs,
  github: GitHubClient | null,
  run: Run,
): Promise<Report> {
  run.logger.info(describeVisibility(inputs).replaceAll('`', ''));
  try {
    return buildCheckReport(await withGracePeriod(readAll(github, inputs, run), run), run.logger);
  } catch (error) {
    return buildCheckFailure(error, inputs);
  }
}

/** @throws the reason of a cancellation, as all functions below */
async function readAll(
  github: GitHubClient | null,
  inputs: CheckInputs,
  run: Run,
): Promise<CheckFindings> {
  const checked = github && (await readBranch(github, inputs, run));
  const answers = await askLinkedIn(inputs, run);
  const findings = { ...answers, given: inputs, estimated: checked?.token ?? null };
  if (checked === null) return { ...findings, branch: null };
  const { memory, token, exists } = checked;
  let { error } = checked;
  // The day of a token that LinkedIn rejects is of no use.
  if (token !== null && error === null && tokenErrorIn(findings) === null)
    ({ error } = await answerOf(async () => {
      // Creates a missing branch.
      if (!exists) await memory.prepareWrites();
      memory.tokens.stageNew();
      await memory.close();
    }, run));
  const isCreated = !exists && memory.content.revision > 0;
  return { ...findings, branch: { name: memory.name, exists, isCreated, error } };
}

async function answerOf<T>(call: () => Promise<T>, { signal }: Run): Promise<Answer<T>> {
  try {
    return { value: await call(), error: null };
  } catch (thrown) {
    signal.throwIfAborted();
    return { value: null, error: toActionError(thrown) };
  }
}

/** Changes nothing on the branch. The estimate is null if the memory cannot be read, and if LinkedIn is asked instead. */
async function readBranch(github: GitHubClient, inputs: CheckInputs, run: Run) {
  const { action, branch, apiUrl } = inputs;
  if (branch === null) return null;
  const place = new Branch({ ...branch, jobs: 1 }, github, run);
  const memory = new Memory(place, run, apiUrl);
  let token: TokenEstimateInfo | null = null;
  const { error } = await answerOf(async () => {
    await memory.open();
    token = memory.tokens.estimate(inputs);
    // A run that publishes would stop at an invalid post.
    if (action === 'post') parsePosts(memory);
    // Stores a blob that nothing refers to, which needs the permission to write.
    await place.assertWritable();
  }, run);
  return {
    memory,
    token: token as TokenEstimateInfo | null,
    error,
    exists: memory.content.revision > 0,
  };
}

async function askLinkedIn(inputs: CheckInputs, run: Run): Promise<Answers> {
  const { api, owner } = inputs;
  const { clock, logger } = run;
  // Counts the calls, and has what LinkedIn says about the token.
  const ledger = new Ledger({ files: [], warnings: [], notices: [] }, clock);
  ledger.subscribe({
    onPause: ({ error, waitMs }) =>
      logger.info(`waiting ${Math.ceil(waitMs / 1000)} s: ${error.message}`),
  });
  const settings = { ...inputs, mode: 'publish', concurrency: 1 } as const;
  const answers = await withLinkedIn(
    settings,
    run,
    ledger,
    async ({ linkedin, limits }): Promise<Answers> => {
      const { stopReason: error, tokenInfo: value } = ledger;
      const none = {
        described: value && { value, error: null },
        member: null,
        pages: null,
        registered: null,
        permissions: null,
      };
      if (error !== null) return { ...none, described: { value: null, error } };
      const ask = <T>(call: () => Promise<T>, lost = {}) =>
        answerOf(() => limits.call(call, { maxAttempts: 4, ...lost }), run);
      if (owner !== null) {
        const picture = pictureOf(owner, api);
        const register = async () => (await linkedin.openSession(picture)).identity.urn;
        const registered = await ask(register, { maxInDoubt: 1 });
        const isAsked = registered.error === null && mayReadPermissions(inputs, ledger.tokenInfo);
        const permissions = isAsked
          ? await ask(() => linkedin.owners.readPermissions(owner))
          : null;
        return { ...none, registered, permissions };
      }
      const member = await ask(() => linkedin.owners.readMember());
      // A rejection of one read says nothing about another one, and limits differ. All other errors would be the same.
      const endsCheck =
        member.error !== null &&
        member.error.code !== 'ACCESS_DENIED' &&
        statusOf(member.error) !== 429;
      return {
        ...none,
        member,
        pages: endsCheck ? null : await ask(() => linkedin.owners.readPages()),
      };
    },
  );
  logger.info(`${pluralize(ledger.requests.calls, 'API call')} to LinkedIn`);
  const urn = answers.registered?.value ?? answers.registered?.error?.urn;
  if (urn !== undefined) logger.info(`registered ${urn}, to which nothing is ever sent`);
  return answers;
}

/** Whether LinkedIn may tell the permissions of the member in a page: also if the scopes of the token are not known. */
function mayReadPermissions({ action, owner }: CheckInputs, token: TokenInfo | null): boolean {
  if (action !== 'post' || owner === null || ownerKind(owner) !== 'organization') return false;
  return token?.scopes?.includes(PERMISSIONS_SCOPE) ?? true;
}

function pictureOf(owner: string, api: CheckInputs['api']) {
  const ofApi =
    api === 'assets'
      ? ({ recipe: 'urn:li:digitalmediaRecipe:feedshare-image', mechanism: 'synchronous' } as const)
      : ({ recipe: null, mechanism: 'single' } as const);
  return { owner, api, kind: 'image', mediaType: 'image/png', sizeBytes: 1, ...ofApi } as const;
}
