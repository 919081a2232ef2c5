// What must hold for edits after every schedule, whatever the memory and the rows say: no two runs edit one post at a time.

import type { Call } from '../world.ts';
import type { Violation } from './reading.ts';
import type { Run, Story } from './story.ts';

export function findEditViolations(story: Story): Violation[] {
  const edits = story.world.calls.filter(({ name, path }) => name === 'revise' && path !== '');
  return [...Map.groupBy(edits, ({ path }) => path)].flatMap(([path, all]) => {
    const spans = story.runs.flatMap((run) => spanOf(run, all));
    return spans.flatMap((span, index) =>
      spans
        .slice(index + 1)
        .filter((other) => other.fromMs < span.toMs && span.fromMs < other.toMs)
        .map(({ name }) => ({
          rule: 'EDITED',
          text: `${span.name} and ${name} edit ${path} at a time`,
        })),
    );
  });
}

interface Span {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** From the first request of a run for one post to the last answer. A run that slept may wake up after the end of its claim. */
function spanOf({ machine }: Run, edits: readonly Call[]): Span[] {
  const own = edits.filter((call) => call.machine === machine.name);
  if (own.length === 0 || machine.hasSlept) return [];
  const ends = own.map(({ atMs, deliveredMs }) => deliveredMs ?? atMs);
  return [
    {
      name: machine.name,
      fromMs: Math.min(...own.map(({ atMs }) => atMs)),
      toMs: Math.max(...ends),
    },
  ];
}
