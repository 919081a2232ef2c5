// Loaded into the action where its memory is measured: leaves the most it ever held in the file that BENCH_PEAK names.

import { readdirSync, writeFileSync } from 'node:fs';

const path = process.env.BENCH_PEAK ?? '';
let descriptors = 0;

function countDescriptors() {
  try {
    descriptors = Math.max(descriptors, readdirSync('/proc/self/fd').length);
  } catch {
    // Linux alone tells.
  }
}

setInterval(countDescriptors, 50).unref();
process.once('exit', () => {
  const { maxRSS } = process.resourceUsage();
  writeFileSync(path, JSON.stringify({ peakBytes: maxRSS * 1024, descriptors }));
});
