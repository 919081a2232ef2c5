// Decides about the file of a post that is on LinkedIn: whether its text is to be replaced there, and what is said of a text that is not.
// Pure.

import { RunError } from '../errors/action-error.ts';
import { formatInstant } from '../format.ts';
import { errorAt } from './file/finding.ts';
import type { Identity } from './identity.ts';
import { describeClaim, entryName, isEditActive, type PostedEntry } from './memory/post-entry.ts';
import type { PlannedPost } from './planned-post.ts';

interface DecisionContext {
  readonly nowMs: number;
}

type OwnIdentity = Extract<Identity, { kind: 'own' }>;
type StoredIdentity = Extract<Identity, { kind: 'own' | 'copy' }>;

interface Published {
  readonly identity: StoredIdentity;
  readonly entry: PostedEntry;
  readonly context: DecisionContext;
}

/** A published post is history: whatever its file looks like now, it stops nothing. A wrong edit does. */
export function decideKnown(
  post: PlannedPost,
  { identity, entry, context }: Published,
): PlannedPost {
  const { urn, urnSource = null, commentUrn = null } = entry;
  const facts = { ...post, state: 'known', errors: [], urn, urnSource, commentUrn } as const;
  if (identity.kind === 'copy')
    return { ...facts, reason: 'its text was posted from another file' };
  const reason = identity.isRenamed
    ? `it was posted as ${entryName(entry)}`
    : 'it was posted earlier';
  const known = { ...facts, reason };
  const lost = lostEditWarning(post, entry, context);
  const [error] = post.errors;
  const isAsked = post.revision > entry.revision;
  if (isAsked && !EDITABLE_URN.test(urn)) return { ...known, warning: UNEDITABLE };
  if (isAsked && lost === null)
    return decideEdit({ ...known, errors: post.errors }, { entry, identity, context });
  if (error !== undefined) {
    const notice = `was posted, so an error in it stops nothing: ${error.message}`;
    return { ...known, notice, warning: lost };
  }
  if (post.content === entry.content) return { ...known, warning: lost };
  const isToBeSeen = identity.isFirstSeen || isAhead(post, context);
  if (lost !== null || !isToBeSeen) return { ...known, notice: changedNotice(post), warning: lost };
  return { ...known, warning: changedWarning(post, identity, context) };
}

interface AskedEdit {
  readonly identity: OwnIdentity;
  readonly entry: PostedEntry;
  readonly context: DecisionContext;
}

/** Decides about a post whose file asks for another text on LinkedIn. `post`: as if it were known, with the errors of its file. */
function decideEdit(post: PlannedPost, { identity, entry, context }: AskedEdit): PlannedPost {
  const { revision, draft, at, content, errors } = post;
  const wrong = wrongEdit(post, identity);
  if (wrong !== null) return refuseEdit(post, wrong);
  // The media stay as they are, so what is wrong with them does not matter.
  const invalid = errors.filter(({ code }) => code === 'POST_KEY' || code === 'POST_TEXT');
  if (invalid.length > 0) return { ...post, state: 'failed', reason: null, errors: invalid };
  const edit = { ...post, errors: [] };
  const held = `its text on LinkedIn is not replaced yet (revision ${revision})`;
  if (draft)
    return { ...edit, state: 'draft', reason: `it is a draft (\`draft: true\`), and ${held}` };
  if (isAhead(post, context)) {
    const time = at === null ? '' : formatInstant(at.iso, at.zone);
    const until = `its \`at\` is ${time}, and the first run after that replaces it`;
    return { ...edit, state: 'scheduled', reason: `${held}: ${until}` };
  }
  const { editing } = entry;
  const reason = `the text will be replaced (revision ${revision}); ${UNEDITED}`;
  if (editing !== undefined && isEditActive(editing, context.nowMs)) {
    const claim = describeClaim(editing);
    const claimed = [new RunError('POST_CLAIMED', `not edited: ${claim}`)];
    return { ...edit, state: 'claimed', reason, errors: claimed, notice: `waits: ${claim}` };
  }
  const notice = content === entry.content ? SAME_TEXT : null;
  return { ...edit, state: 'edit', reason, notice };
}

interface WrongEdit {
  readonly problem: string;
  readonly hint?: string;
}

/** Why the edit would replace the text of another post; null if it would not. */
function wrongEdit(
  { content, urn }: PlannedPost,
  { entry, other, sameUrn }: OwnIdentity,
): WrongEdit | null {
  if (sameUrn !== null) {
    const problem = `asks for an edit of ${urn}, but two posts are remembered with this URN, the other one as ${sameUrn.name}`;
    return { problem, hint: `Edit the post on LinkedIn by hand, and remove \`revision\`.` };
  }
  if (other === null || content === entry.content) return null;
  const problem = `asks for an edit, but the text is that of another post, ${other.name}, and would replace that of ${entryName(entry)}`;
  const hint =
    other.urn === null
      ? 'Remove `revision`, or write another text.'
      : `If the file is that post, set \`urn: ${other.urn}\`; if not, remove \`revision\`.`;
  return { problem, hint };
}

function refuseEdit(post: PlannedPost, wrong: WrongEdit): PlannedPost {
  const error = errorAt(post, 'POST_KEY', { path: ['revision'], ...wrong });
  return { ...post, state: 'failed', reason: null, errors: [error, ...post.errors] };
}

/** A post that goes out with the number of an edit would be a second one. */
export function refuseNewEdit(post: PlannedPost): PlannedPost {
  return refuseEdit(post, NO_POST);
}

const NO_POST: WrongEdit = {
  problem:
    'asks for an edit, but no published post is known for this file, and it would go out as a second post',
  hint: 'If the post is on LinkedIn, set `urn` to its URN; if it is a new post, remove `revision`.',
};

/** The edit of a run that was lost, if its number is greater than that of the file: LinkedIn may show that text. */
function lostEditWarning(
  { revision }: PlannedPost,
  { editing }: PostedEntry,
  { nowMs }: DecisionContext,
): string | null {
  if (editing === undefined || isEditActive(editing, nowMs) || editing.revision <= revision)
    return null;
  const { revision: sent, run } = editing;
  const which = run === '' ? 'a run' : `a run (${run})`;
  return `may show the text of revision ${sent} on LinkedIn: ${which} sent it, and its outcome is unknown; \`revision: ${sent + 1}\` replaces it`;
}

function isAhead({ at }: PlannedPost, { nowMs }: DecisionContext): boolean {
  return at !== null && at.epochMs > nowMs;
}

function changedNotice(post: PlannedPost): string {
  return `has changed since it was posted; nothing is sent: ${waysOut(post)}`;
}

/** The same for all posts that have the same ways out, so that they share it. */
function changedWarning(
  post: PlannedPost,
  { other }: OwnIdentity,
  context: DecisionContext,
): string {
  if (other !== null && other.urn !== null)
    return `has the text of another post, ${other.name}, and nothing is sent: if it is that post, set \`urn: ${other.urn}\``;
  const text = 'has changed since it was posted, and the new text is not on LinkedIn';
  if (!isAhead(post, context)) return `${text}: ${waysOut(post)}`;
  return `${text}; nothing goes out at its \`at\` either, because its file is that of a published post: ${waysOut(post)}`;
}

function waysOut({ file, isIdGiven }: PlannedPost): string {
  const another = `${isIdGiven ? 'another' : 'an'} \`id\` makes another post`;
  // The inputs have no `revision`.
  return file === null
    ? another
    : `a greater \`revision\` replaces the text on LinkedIn, and ${another}`;
}

const SAME_TEXT =
  'has a greater `revision` and the text that is published already, so that nothing changes';

const UNEDITABLE =
  'has a greater `revision`, but nothing is sent: the post is known only by an activity, which LinkedIn does not edit';

/** Completes a sentence about an edit. */
export const UNEDITED =
  'pictures, alternative texts, title, link, poll, visibility and comment stay as they were published';

const EDITABLE_URN = /^urn:li:(?:share|ugcPost):/;

/** Whether the file of a published post asks for another text on LinkedIn. */
export function isEditOf({ identity, revision, state }: PlannedPost): boolean {
  if (identity.kind !== 'own' || identity.entry.state !== 'posted' || state === 'known')
    return false;
  return revision > identity.entry.revision;
}
