// Loaded into the action on systems without /proc: writes its peak memory to the file in BENCH_PEAK.

import { writeFileSync } from 'node:fs';

process.once('exit', () => {
  const { maxRSS } = process.resourceUsage();
  writeFileSync(
    process.env.BENCH_PEAK ?? '',
    JSON.stringify({ peakBytes: maxRSS * 1024, descriptors: 0 }),
  );
});
