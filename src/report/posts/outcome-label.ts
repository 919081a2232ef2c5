// What happens to a post, in a few words that need no knowledge of the states: the loudest line of each post. Pure.

import { formatInstant } from '../../format.ts';
import { nextRun } from '../../post/post-ledger.ts';
import type { PostState, Publication } from '../../post/publication.ts';

export interface OutcomeLabel {
  readonly text: string;
  /** Its colour. */
  readonly tone: 'go' | 'wait' | 'warn' | 'bad' | 'quiet';
}

interface Circumstances {
  readonly state: PostState;
  /** Whether the post is on LinkedIn, and only its text is, or would be, replaced. */
  readonly isEdit: boolean;
  readonly isSimulated: boolean;
  /** Whether an error of another post keeps it from going out. */
  readonly isHeldBack: boolean;
}

export function outcomeLabel({ post }: Publication, circumstances: Circumstances): OutcomeLabel {
  const { state, isEdit, isSimulated, isHeldBack } = circumstances;
  switch (state) {
    case 'planned':
      return { text: plannedText(isEdit, isHeldBack), tone: isHeldBack ? 'warn' : 'go' };
    case 'scheduled':
      return { text: waitingText(post, isEdit), tone: 'wait' };
    case 'posted':
      return { text: isSimulated ? 'Went out, as a simulation' : 'Went out', tone: 'go' };
    default:
      return LABELS[state];
  }
}

const LABELS = {
  edited: { text: 'Its text on LinkedIn was replaced', tone: 'go' },
  draft: { text: 'Waits as a draft', tone: 'quiet' },
  known: { text: 'Published earlier', tone: 'quiet' },
  'other-owner': { text: 'Left to the job of its owner', tone: 'quiet' },
  expired: { text: 'Expired: does not go out', tone: 'warn' },
  skipped: { text: 'Not sent', tone: 'bad' },
  unknown: { text: 'May be on LinkedIn', tone: 'bad' },
  failed: { text: 'Failed', tone: 'bad' },
} as const satisfies Record<Exclude<PostState, 'planned' | 'scheduled' | 'posted'>, OutcomeLabel>;

function plannedText(isEdit: boolean, isHeldBack: boolean): string {
  const action = isEdit ? 'Replaces the text of the post on LinkedIn' : 'Goes out';
  return `${action} ${nextRun(isHeldBack)}`;
}

/** A post whose time has come waits for its turn. */
function waitingText({ at, state }: Publication['post'], isEdit: boolean): string {
  if (at === null || state !== 'scheduled') return 'Waits for its turn in a later run';
  const time = formatInstant(at.iso, at.zone);
  return isEdit ? `Replaces the text of the post on LinkedIn after ${time}` : `Waits until ${time}`;
}
