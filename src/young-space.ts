// Memory that stays level however many files there are: keeps V8 from widening the space where objects are young.

import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Both halves of it. In half as much, more garbage grows old; and without a bound no run was faster. */
const ENOUGH_BYTES = 16 * 1024 * 1024;

/**
 * V8 doubles that space, up to 128 MiB, as often as what outlived its collections adds up to it: the more files, the
 * wider, though each leaves little behind. Node has no option for this that an action could set, since GitHub starts it;
 * the factor is a number that V8 reads when it widens the space, and a V8 without it would say so and go on.
 */
export function boundYoungSpace(): void {
  const collections = new PerformanceObserver(() => {
    if (youngBytes() < ENOUGH_BYTES) return;
    collections.disconnect();
    setFlagsFromString('--semi-space-growth-factor=1');
  });
  collections.observe({ entryTypes: ['gc'] });
}

function youngBytes(): number {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  return young?.space_size ?? 0;
}
