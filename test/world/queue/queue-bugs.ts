// Faults of turns that the campaign of the queue must find. Each replaces a method of the program for as long as it is planted.

import { WaitingTable } from '../../../src/memory/waiting.ts';
import { PostLedger } from '../../../src/post/post-ledger.ts';
import { runQueues } from './queue.ts';

export interface QueueBug {
  readonly name: string;
  /** Returns how to remove the bug. */
  readonly plant: () => () => void;
}

export const QUEUE_BUGS: readonly QueueBug[] = [
  {
    name: 'a refused post keeps its turn',
    plant: () => {
      const { takeTurns } = PostLedger.prototype;
      PostLedger.prototype.takeTurns = function takeFewerTurns() {
        const ended = this.items.filter(
          ({ post, state }) => post.state === 'due' && state !== null,
        );
        const left = Math.max(0, this.plan.turns.maxPosts - ended.length);
        return takeTurns.call(this).slice(0, left);
      };
      return () => {
        PostLedger.prototype.takeTurns = takeTurns;
      };
    },
  },
  {
    name: 'a waiting post expires',
    plant: () => {
      const { waitedMs } = WaitingTable.prototype;
      WaitingTable.prototype.waitedMs = () => null;
      return () => {
        WaitingTable.prototype.waitedMs = waitedMs;
      };
    },
  },
];

/** Each bug is found within this many queues. */
const MOST_QUEUES = 1000;

/** Looks for one bug. The text says how it was found. */
export async function searchQueueBug({ name, plant }: QueueBug, seed: number) {
  const remove = plant();
  try {
    const { failure, played } = await runQueues({ seed, count: MOST_QUEUES, shrinks: false });
    const isFound = failure !== null;
    const text = isFound
      ? `found after ${played} queues: ${name}\n${failure}`
      : `NOT FOUND in ${played} queues: ${name}`;
    return { isFound, text };
  } finally {
    remove();
  }
}
