// Replaces the text of a post on LinkedIn. The request may be repeated, so a run needs no claim: the number is stored afterwards.
// A request that has left is not cut off.

import { ActionError, statusOf, toActionError } from '../../errors/action-error.ts';
import { contentOf } from '../content.ts';
import { type Edit, editChange, STORE_LIMIT_MS } from '../memory/post-entry.ts';
import { editedEnd, type Publication, urnsOfEntry } from '../publication.ts';
import { toLittleText } from '../text/little-text.ts';
import type { SendRun } from './post-sender.ts';

const MAX_ATTEMPTS = 4;

/** @throws ActionError of the memory or of LinkedIn; the reason of a cancellation */
export async function editPost(item: Publication, run: SendRun): Promise<void> {
  const { memory, ledger, linkedin, limits } = run;
  const { notice } = item.latest;
  // Another run may have stored a greater number since the plan.
  item.latest = ledger.plan.decide(item.post, await memory.refresh(), memory.nowMs());
  const { identity, revision, state } = item.latest;
  if (state !== 'edit' || identity.kind !== 'own' || identity.entry.state !== 'posted') return item.end(null);
  item.latest = { ...item.latest, notice };
  const { key, entry } = identity;
  const onSending = () => item.advance({ kind: 'sending' });
  const send = () => linkedin.edit(entry.urn, toLittleText(item.post.text), { onSending });
  const options = { limiter: limits.calls, key: item, maxAttempts: MAX_ATTEMPTS };
  await limits.call(send, options).catch((error) => {
    const status = statusOf(error) ?? 0;
    // LinkedIn has refused it.
    if (status >= 400 && status < 500) item.advance({ kind: 'planned' });
    throw error;
  });
  // Media that are missing have no digest: then the content is none that any file has.
  const content = item.latest.content ?? contentOf(item.latest);
  const edit = { key, urn: entry.urn, revision, content };
  try {
    await memory.store(editChange(edit, memory.now()), STORE_LIMIT_MS);
    const stored = memory.entries().get(key)?.revision ?? revision;
    if (stored <= revision) return item.settle(editedEnd(item.latest));
    item.settle({ state: 'failed', errors: [overtakenError(edit, stored)], ...urnsOfEntry(item.latest) });
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
