// The peak memory and descriptors of a process. They are read from outside if the system allows it: code loaded into the
// process adds about 4 MiB.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './processes.ts';

export interface Peak {
  peakBytes: number;
  /** 0 if the system does not report them. */
  descriptors: number;
}

const POLL_MS = 20;

/** Updates `peak` until the process ends. Linux only. */
export function watch(pid: number, peak: Peak): void {
  const timer = setInterval(() => {
    try {
      poll(pid, peak);
    } catch {
      // The process has ended.
      clearInterval(timer);
    }
  }, POLL_MS);
}

function poll(pid: number, peak: Peak): void {
  // VmHWM is the peak so far, so polling misses no peak.
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  peak.peakBytes = Math.max(peak.peakBytes, Number(kib ?? 0) * 1024);
  peak.descriptors = Math.max(peak.descriptors, readdirSync(`/proc/${pid}/fd`).length);
}

/** The same program, but it writes its peak to `path` when it ends. */
export function withPeakFile(program: Program, path: string): Program {
  const args = ['--import', join(import.meta.dirname, 'peak-inside.js'), ...program.args];
  return { ...program, args, env: { ...program.env, BENCH_PEAK: path } };
}
