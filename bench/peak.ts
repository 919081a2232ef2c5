// The most memory and descriptors that a process ever held. Seen from outside where the system shows it, since what is
// loaded into the process to tell of it counts itself, with 4 MiB.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './processes.ts';

export interface Peak {
  peakBytes: number;
  /** 0 where the system does not tell. */
  descriptors: number;
}

const LOOK_EVERY_MS = 20;

/** Keeps in `seen` what a process of Linux holds, until it ends. */
export function watch(pid: number, seen: Peak): void {
  const timer = setInterval(() => {
    try {
      look(pid, seen);
    } catch {
      // It has ended.
      clearInterval(timer);
    }
  }, LOOK_EVERY_MS);
}

function look(pid: number, seen: Peak): void {
  // The kernel keeps the highest there was, so a look between two peaks misses none.
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  seen.peakBytes = Math.max(seen.peakBytes, Number(kib ?? 0) * 1024);
  seen.descriptors = Math.max(seen.descriptors, readdirSync(`/proc/${pid}/fd`).length);
}

/** The same program, that leaves its peak in `path` when it ends. */
export function tellingItself(program: Program, path: string): Program {
  const args = ['--import', join(import.meta.dirname, 'peak-inside.js'), ...program.args];
  return { ...program, args, env: { ...program.env, BENCH_PEAK: path } };
}
