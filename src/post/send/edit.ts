// Replaces the text of a post on LinkedIn. The request may be repeated, so a run needs no claim: the number is stored afterwards.

import { ActionError, toActionError } from '../../errors/action-error.ts';
import type { Edit } from '../memory/post-entry.ts';
import { editedEnd, type Publication } from '../publication.ts';
import { toLittleText } from '../text/little-text.ts';
import type { SendRun } from './post-sender.ts';

const MAX_ATTEMPTS = 4;

/** @throws ActionError of the memory or of LinkedIn; the reason of a cancellation */
export async function editPost(item: Publication, run: SendRun): Promise<void> {
  const { memory, ledger, linkedin, limits, sharedNow } = run;
  // Another run may have stored a greater number since the plan.
  item.latest = ledger.plan.decide(item.post, await memory.refresh(), sharedNow());
  const { identity, revision, content, state } = item.latest;
  if (state !== 'edit' || identity.kind !== 'own' || identity.entry.state !== 'posted') return item.end(null);
  const { key, entry } = identity;
  const send = () => linkedin.edit(entry.urn, toLittleText(item.post.text));
  await limits.call(send, { limiter: limits.calls, key: item, maxAttempts: MAX_ATTEMPTS });
  await store({ key, urn: entry.urn, revision, content }, item, run);
}

async function store(edit: Edit, item: Publication, { memory }: SendRun): Promise<void> {
  try {
    const stored = await memory.edit(edit);
    if (stored !== null && stored.revision > edit.revision)
      return item.end(overtakenError(edit, stored.revision));
    item.settle(editedEnd(item.latest));
  } catch (thrown) {
    const cause = toActionError(thrown);
    const problem = `the text is replaced, but that could not be remembered: ${cause.message}; the next run replaces it again`;
    item.settle(editedEnd(item.latest, [new ActionError(cause.code, problem, { cause })]));
  }
}

function overtakenError({ revision }: Edit, stored: number): ActionError {
  const problem = `another run has stored revision ${stored} while this one sent revision ${revision}, so LinkedIn may show the older text`;
  const hint = `Set \`revision: ${stored + 1}\` in the file: the next run replaces the text again.`;
  return new ActionError('POST_REFUSED', problem, { hint });
}
