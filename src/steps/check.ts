// `mode: check` of both actions: asks GitHub and LinkedIn what the tokens can do, and reports it. Sends nothing that anybody sees:
// reads, the registration of a picture, and the day on which the token was first seen. Catches all errors.

import { statusOf, toActionError } from '../errors/action-error.ts';
import { pluralize } from '../format.ts';
import { type GitHubClient, openGitHub } from '../github/github-client.ts';
import type { CheckInputs } from '../inputs/check-inputs.ts';
import { parseRecipe } from '../linkedin/recipes.ts';
import type { SessionRequest } from '../linkedin/session.ts';
import type { TokenEstimateInfo } from '../linkedin/token-estimate.ts';
import { type Branch, branchOf } from '../memory/branch.ts';
import { Memory } from '../memory/memory.ts';
import { parsePosts } from '../post/memory/post-memory.ts';
import {
  buildCheckFailure,
  buildCheckReport,
  describeVisibility,
  logFindings,
} from '../report/check/check-report.ts';
import { type Answer, type BranchFinding, type CheckFindings, judgeToken } from '../report/check/findings.ts';
import type { Report } from '../report/report.ts';
import { Reporter } from '../report/reporter.ts';
import type { Runtime } from '../runtime.ts';
import { withGracePeriod } from '../time-limits.ts';
import { Ledger } from '../upload/ledger.ts';
import { type Connection, withLinkedIn } from './open-linkedin.ts';

/** Resolves with the exit code of the step; never throws. */
export async function checkAccess(inputs: CheckInputs, runtime: Runtime): Promise<number> {
  runtime.logger.info(describeVisibility(inputs).replaceAll('`', ''));
  const report = await findOut(inputs, runtime);
  return new Reporter(runtime).writeReport(report);
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
  const { branch } = inputs;
  const place = branch && github && branchOf(branch, { ...runtime, github, shard: null });
  const checked = place && (await checkBranch(place, inputs, runtime));
  const answers = await askLinkedIn(inputs, runtime);
  const findings = {
    ...answers,
    given: inputs,
    estimated: checked?.token ?? null,
    branch: checked?.finding ?? null,
  };
  // The day of a token that LinkedIn rejects is of no use.
  if (checked === null || judgeToken(findings).state !== 'accepted') return findings;
  return { ...findings, branch: await storeTokenDay(checked, runtime) };
}

interface CheckedBranch {
  readonly finding: BranchFinding;
  readonly memory: Memory;
  /** Null if the memory cannot be read, and if LinkedIn is asked instead. */
  readonly token: TokenEstimateInfo | null;
}

/** Changes nothing on the branch. @throws the reason of a cancellation */
async function checkBranch(
  branch: Branch,
  { action, connect }: CheckInputs,
  { clock, signal }: Runtime,
): Promise<CheckedBranch> {
  const { apiUrl } = connect;
  const memory = new Memory(branch, { clock, signal, isReadOnly: false, apiUrl });
  const finding = { name: branch.name, exists: false, isCreated: false, error: null };
  let token: TokenEstimateInfo | null = null;
  try {
    await memory.open();
    finding.exists = memory.content.revision > 0;
    token = memory.tokens.estimate(connect);
    // A run that publishes would stop at an invalid post.
    if (action === 'post') parsePosts(memory, memory.name);
    // Stores a blob that nothing refers to, which needs the permission to write.
    await branch.assertWritable();
    return { finding, memory, token };
  } catch (thrown) {
    signal.throwIfAborted();
    return { finding: { ...finding, error: toActionError(thrown) }, memory, token };
  }
}

/** Stores the day of a token that no run has seen, and creates a missing branch for it. @throws the reason of a cancellation */
async function storeTokenDay(
  { finding, memory, token }: CheckedBranch,
  runtime: Runtime,
): Promise<BranchFinding> {
  if (token === null || finding.error !== null) return finding;
  try {
    if (!finding.exists) await withGracePeriod(memory.prepareWrites(), runtime);
    memory.tokens.stageNew();
    await withGracePeriod(memory.close(), runtime);
    return { ...finding, isCreated: !finding.exists && memory.content.revision > 0 };
  } catch (thrown) {
    runtime.signal.throwIfAborted();
    return { ...finding, error: toActionError(thrown) };
  }
}

type Answers = Pick<CheckFindings, 'described' | 'member' | 'pages' | 'registered'>;

const NOTHING: Answers = { described: null, member: null, pages: null, registered: null };
const MAX_ATTEMPTS = 4;

/** Makes one call, with its retries. */
type Ask = <T>(call: () => Promise<T>, isRegistration?: boolean) => Promise<Answer<T>>;

/** @throws the reason of a cancellation */
async function askLinkedIn(inputs: CheckInputs, runtime: Runtime): Promise<Answers> {
  const { clock, logger } = runtime;
  // Counts the calls, and has what LinkedIn says about the token.
  const ledger = new Ledger({ files: [], warnings: [], notices: [] }, clock);
  ledger.subscribe({
    onPause: ({ error, waitMs }) => logger.info(`waiting ${Math.ceil(waitMs / 1000)} s: ${error.message}`),
  });
  const { connect, api } = inputs;
  const settings = { mode: 'publish', connect, planSettings: { api }, upload: { concurrency: 1 } } as const;
  const answers = await withLinkedIn(settings, runtime, ledger, async (connected) => {
    const { stopReason: error, tokenInfo: value } = ledger.runState;
    if (error !== null) return { ...NOTHING, described: { value: null, error } };
    const described = value && { value, error };
    return { ...(await askAll(connected, inputs, runtime)), described };
  });
  logger.info(`${pluralize(ledger.runState.requests.calls, 'API call')} to LinkedIn`);
  const { registered } = answers;
  const urn = registered?.value ?? registered?.error?.urn;
  if (urn !== undefined) logger.info(`registered ${urn}, to which nothing is ever sent`);
  return answers;
}

function createAsk({ limits }: Connection, { signal }: Runtime): Ask {
  return async (call, isRegistration = false) => {
    const lost = isRegistration ? { maxLostResponses: 1 } : {};
    const options = { limiter: limits.calls, key: call, maxAttempts: MAX_ATTEMPTS, ...lost };
    try {
      return { value: await limits.call(call, options), error: null };
    } catch (thrown) {
      signal.throwIfAborted();
      return { value: null, error: toActionError(thrown) };
    }
  };
}

async function askAll(
  connection: Connection,
  { owner, api }: CheckInputs,
  runtime: Runtime,
): Promise<Omit<Answers, 'described'>> {
  const { linkedin } = connection;
  const ask = createAsk(connection, runtime);
  if (owner !== null) {
    const request = pictureOf({ owner: owner.owner, api });
    const register = async () => (await linkedin.openSession(request)).identity.urn;
    return { ...NOTHING, registered: await ask(register, true) };
  }
  const member = await ask(() => linkedin.owners.readMember());
  const pages = endsCheck(member) ? null : await ask(() => linkedin.owners.readPages());
  return { ...NOTHING, member, pages };
}

/** A rejection of one read says nothing about another one, and limits differ. All other errors would be the same. */
function endsCheck({ error }: Answer<unknown>): boolean {
  return error !== null && error.code !== 'ACCESS_DENIED' && statusOf(error) !== 429;
}

function pictureOf({ owner, api }: Pick<SessionRequest, 'owner' | 'api'>): SessionRequest {
  const isAssets = api === 'assets';
  return {
    owner,
    api,
    kind: 'image',
    mediaType: 'image/png',
    sizeBytes: 1,
    recipe: isAssets ? (parseRecipe('feedshare-image')?.urn ?? null) : null,
    mechanism: isAssets ? 'synchronous' : 'single',
  };
}
