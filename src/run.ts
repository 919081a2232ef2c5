// The outside world of a run: everything that tests replace to control the network, the disk, the time and a cancellation.
// start-process.ts passes it in.

import type { FileHandle } from 'node:fs/promises';
import type { Dispatcher } from 'undici';
import type { ProxyConfig } from './http/proxy.ts';

export interface Run {
  readonly clock: Clock;
  /** Aborts when the run is cancelled. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** The environment variables. Secrets are deleted from it when they are read. */
  readonly env: NodeJS.ProcessEnv;
  /** `direct` connections bypass any proxy. */
  readonly openDispatcher: (route: ProxyConfig) => Dispatcher;
  /** How to open media. The default is the open of the system. */
  readonly open?: Open;
}

export interface Clock {
  /** Monotonic milliseconds, for waits and durations, not for dates. */
  now(): number;
  /** Epoch milliseconds, for dates from LinkedIn. */
  epochMs(): number;
  /** Resolves after `ms`. Rejects with the signal's reason if it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A random number in [0, 1). */
  random(): number;
}

export interface Logger {
  info(text: string): void;
  /** Logged only with step debug logging. */
  debug(text: string): void;
  notice(text: string, target?: AnnotationTarget): void;
  warning(text: string, target?: AnnotationTarget): void;
  error(text: string, target?: AnnotationTarget): void;
  /** The runner folds the lines that `work` logs. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** Registers `secret` with the runner, which masks it in all later lines. Skips lines that are too short. */
  mask(secret: string): void;
}

export interface AnnotationTarget {
  readonly title?: string | undefined;
  /** Relative to the workspace. GitHub cannot show other paths, such as `release:…`; they are left out. */
  readonly file?: string | undefined;
  /** Counted from 1. Only with `file`. */
  readonly line?: number | undefined;
}

/** Opens `path` with flags of `node:fs`. Rejects with the error of the system. */
export type Open = (path: string, flags: number) => Promise<FileHandle>;
