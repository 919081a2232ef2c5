// Asks LinkedIn what the access token can do. Sends nothing that anybody sees: reads, and the registration of a picture.

import { ActionError, toActionError } from '../errors.ts';
import { pluralize } from '../format.ts';
import type { CheckInputs } from '../inputs/check-inputs.ts';
import { parseRecipe } from '../linkedin/recipes.ts';
import type { SessionRequest } from '../linkedin/session.ts';
import type { CheckFindings } from '../report/check/findings.ts';
import type { Runtime } from '../runtime.ts';
import { Ledger } from '../upload/ledger.ts';
import { type Connection, withLinkedIn } from './open-linkedin.ts';

/** What LinkedIn answers. */
type Answers = Pick<CheckFindings, 'described' | 'member' | 'pages' | 'registered'>;

const NOTHING: Answers = { described: null, member: null, pages: null, registered: null };
const MAX_ATTEMPTS = 4;

/** Makes one call, with its retries. Resolves with the error of a call that failed. */
type Ask = <T>(call: () => Promise<T>, isRegistration?: boolean) => Promise<T | ActionError>;

/** @throws the reason of a cancellation */
export async function askLinkedIn(inputs: CheckInputs, runtime: Runtime): Promise<Answers> {
  const { clock, logger } = runtime;
  // Counts the calls, and has what LinkedIn says about the token.
  const ledger = new Ledger({ files: [], warnings: [], notices: [] }, clock);
  ledger.subscribe({
    onPause: ({ error, waitMs }) => logger.info(`waiting ${Math.ceil(waitMs / 1000)} s: ${error.message}`),
  });
  const { connect, api } = inputs;
  const settings = { mode: 'publish', connect, planSettings: { api }, upload: { concurrency: 1 } } as const;
  const answers = await withLinkedIn(settings, runtime, ledger, async (connected) => {
    const described = ledger.stopReason ?? ledger.tokenInfo;
    if (described instanceof ActionError) return { ...NOTHING, described };
    return { ...(await askAll(connected, inputs, runtime)), described };
  });
  logger.info(`${pluralize(ledger.requests.calls, 'API call')} to LinkedIn`);
  const { registered } = answers;
  const urn = registered instanceof ActionError ? registered.urn : registered;
  if (urn != null) logger.info(`registered ${urn}, to which nothing is ever sent`);
  return answers;
}

function createAsk({ scheduler }: Connection, { signal }: Runtime): Ask {
  return async (call, isRegistration = false) => {
    const lost = isRegistration ? { maxLostResponses: 1 } : {};
    const options = { limiter: scheduler.calls, key: call, maxAttempts: MAX_ATTEMPTS, ...lost };
    try {
      return await scheduler.retrier.run(call, options);
    } catch (thrown) {
      signal.throwIfAborted();
      return toActionError(thrown);
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
    const session = await ask(() => linkedin.openSession(request), true);
    return { ...NOTHING, registered: session instanceof ActionError ? session : session.identity.urn };
  }
  const member = await ask(() => linkedin.owners.readMember());
  const pages = endsCheck(member) ? null : await ask(() => linkedin.owners.readPages());
  return { ...NOTHING, member, pages };
}

/** A refusal of one read says nothing about another one, and limits differ. All other errors would be the same. */
function endsCheck(answer: unknown): boolean {
  const codes = ['ACCESS_DENIED', 'DAILY_LIMIT', 'LIMIT_REACHED'];
  return answer instanceof ActionError && !codes.includes(answer.code);
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
