// Asks LinkedIn what the access token can do. Sends nothing that anybody sees: reads, and the registration of a picture.

import { ActionError, toActionError } from './errors.ts';
import { pluralize } from './format.ts';
import type { CheckInputs } from './inputs/check-inputs.ts';
import type { LinkedInConnection } from './linkedin/open.ts';
import type { SessionRequest } from './linkedin/session.ts';
import { parseRecipe } from './media/limits.ts';
import { withLinkedIn } from './open-linkedin.ts';
import type { Findings } from './report/check/findings.ts';
import type { Runtime } from './runtime.ts';
import { Ledger } from './upload/ledger.ts';
import { RequestScheduler } from './upload/retry/request-scheduler.ts';

/** What LinkedIn answers. */
type Answers = Pick<Findings, 'described' | 'member' | 'pages' | 'registered'>;

const NOTHING: Answers = { described: null, member: null, pages: null, registered: null };
const MAX_ATTEMPTS = 4;

/** Makes one call, with its retries. Resolves with the error of a call that failed. */
type Ask = <T>(call: () => Promise<T>, isRegistration?: boolean) => Promise<T | ActionError>;

/** @throws the reason of a cancellation */
export async function askLinkedIn(inputs: CheckInputs, runtime: Runtime): Promise<Answers> {
  const { clock, logger } = runtime;
  // Counts the calls.
  const ledger = new Ledger({ files: [], warnings: [], notices: [] }, clock);
  const connection = { mode: 'publish', connect: inputs.connect } as const;
  const answers = await withLinkedIn(connection, runtime, ledger, (linkedin) =>
    askAll(linkedin, inputs, createAsk(runtime)),
  );
  logger.info(`${pluralize(ledger.requests.calls, 'API call')} to LinkedIn`);
  const { registered } = answers;
  const urn = registered instanceof ActionError ? registered.urn : registered;
  if (urn != null) logger.info(`registered ${urn}, to which nothing is ever sent`);
  return answers;
}

function createAsk(runtime: Runtime): Ask {
  const scheduler = new RequestScheduler({
    ...runtime,
    concurrency: 1,
    onFatal: () => {},
    onPause: ({ error, waitMs }) =>
      runtime.logger.info(`waiting ${Math.ceil(waitMs / 1000)} s: ${error.message}`),
  });
  return async (call, isRegistration = false) => {
    const lost = isRegistration ? { maxLostResponses: 1 } : {};
    const options = { limiter: scheduler.registrations, key: call, maxAttempts: MAX_ATTEMPTS, ...lost };
    try {
      return await scheduler.retrier.run(call, options);
    } catch (thrown) {
      runtime.signal.throwIfAborted();
      return toActionError(thrown);
    }
  };
}

async function askAll(linkedin: LinkedInConnection, { owner, api }: CheckInputs, ask: Ask): Promise<Answers> {
  const { prepare } = linkedin;
  const described = prepare === undefined ? null : await ask(prepare);
  if (described instanceof ActionError) return { ...NOTHING, described };
  if (owner !== null) {
    const request = pictureOf({ owner: owner.owner, api });
    const session = await ask(() => linkedin.openSession(request), true);
    return {
      ...NOTHING,
      described,
      registered: session instanceof ActionError ? session : session.identity.urn,
    };
  }
  const member = await ask(() => linkedin.owners.readMember());
  const pages = endsCheck(member) ? null : await ask(() => linkedin.owners.readPages());
  return { ...NOTHING, described, member, pages };
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
