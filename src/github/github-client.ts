// The only way to GitHub's API: Octokit over the HTTP client. A call is made once, or repeated if its second
// attempt can do no harm.

import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getOctokit } from '@actions/github';
import type { Dispatcher } from 'undici';
import { backoffMs, retry } from '../backoff.ts';
import { abortReason, actionErrorIn, toActionError } from '../errors/action-error.ts';
import { createHttpClient, type HttpClient } from '../http/client.ts';
import type { HttpRequest, HttpResponse } from '../http/messages.ts';
import type { ProxyConfig } from '../http/proxy.ts';
import type { Run } from '../run.ts';
import type { Secret } from '../secret.ts';
import { fetchOver, sendToGitHub } from './github-fetch.ts';

export interface GitHubAccess {
  readonly repository: { readonly owner: string; readonly repo: string };
  /** The REST API of GitHub or of a GitHub Enterprise Server. */
  readonly apiUrl: URL;
  readonly proxy: ProxyConfig;
  readonly token: Secret;
}

export type GitHubApi = ReturnType<typeof getOctokit>;

/** A call of the API. Each of its requests must be made with `request`, which has the signal of the call. */
export type GitHubCall<T> = (api: GitHubApi, request: { readonly signal: AbortSignal }) => Promise<T>;

type GitHubRun = Pick<Run, 'clock' | 'signal' | 'env' | 'openDispatcher'>;

interface Download extends Pick<HttpRequest, 'url' | 'bearer' | 'signal' | 'receive' | 'acceptsRedirect'> {
  /** The media type. */
  readonly accept: string;
}

/** The waits before these attempts outlast an outage of 16 s, and last 32 s on average. */
const MAX_ATTEMPTS = 6;
/** A request with a longer `Retry-After` is not retried. */
const MAX_RETRY_AFTER_MS = 60_000;

/** One client serves the whole run. The caller must `disconnect` it. */
export class GitHubClient {
  readonly repository: GitHubAccess['repository'];
  readonly apiUrl: URL;
  readonly #run: GitHubRun;
  readonly #dispatcher: Dispatcher;
  readonly #http: HttpClient;
  readonly #api: GitHubApi;
  #tempDir: Promise<string> | null = null;

  constructor({ repository, apiUrl, proxy, token }: GitHubAccess, run: GitHubRun) {
    this.repository = repository;
    this.apiUrl = apiUrl;
    this.#run = run;
    this.#dispatcher = run.openDispatcher(proxy);
    // Each request has its own signal: the last write of a cancelled run starts after that of the run has aborted.
    const { signal } = new AbortController();
    this.#http = createHttpClient({ ...run, dispatcher: this.#dispatcher, signal, apiUrl, token });
    this.#api = getOctokit(token.reveal(), {
      baseUrl: apiUrl.href.replace(/\/$/, ''),
      userAgent: 'linkedin-media-upload',
      request: { fetch: fetchOver(this.#http, run.signal) },
      // Otherwise Octokit writes texts of the server to the log.
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    });
  }

  /** Epoch milliseconds by GitHub's clock, from its last response; the runner's clock before the first one. */
  serverNow(): number {
    return this.#http.serverNow();
  }

  /**
   * Makes one attempt. An error has the status of its response: 409 and 422 are conflicts. After status 0 or an incomplete
   * response, the call may have succeeded. `signal` replaces that of the run.
   * @throws CallError GITHUB_DENIED, GITHUB_FAILED, TLS_FAILED; the error of an aborted signal
   */
  async once<T>(call: GitHubCall<T>, signal = this.#run.signal): Promise<T> {
    try {
      return await call(this.#api, { signal });
    } catch (error) {
      // Octokit wraps the errors of `fetch` in its own.
      throw actionErrorIn(error) ?? error;
    }
  }

  /** Repeats an idempotent call after transient errors. Waits at least as long as GitHub asks for. Throws like `once`. */
  async retry<T>(call: GitHubCall<T>, signal = this.#run.signal): Promise<T> {
    const { clock } = this.#run;
    const waitMsAfter = (error: unknown, attempt: number) => {
      const { retry } = toActionError(error);
      if (retry.kind !== 'again' || attempt === MAX_ATTEMPTS) return null;
      const requestedMs = retry.waitMs ?? 0;
      if (requestedMs > MAX_RETRY_AFTER_MS) return null;
      return Math.max(requestedMs, backoffMs(attempt, 'error', clock.random()));
    };
    try {
      return await retry(() => this.once(call, signal), { waitMsAfter, clock, signal });
    } catch (error) {
      // The end of a time limit says less than the error of GitHub, but a cancellation says why nothing is repeated.
      const end = abortReason(signal);
      throw end?.code === 'RUN_CANCELLED' ? end : error;
    }
  }

  /** Makes one GET, and passes the bytes of its response on while they arrive. Throws like `once`. */
  download({ accept, signal = this.#run.signal, ...request }: Download): Promise<HttpResponse> {
    return sendToGitHub(this.#http, { ...request, method: 'GET', headers: { accept }, signal });
  }

  /** The real path of the folder of the downloads, which is the same on each call. Other users have no access to it. */
  tempDir(): Promise<string> {
    const parent = this.#run.env.RUNNER_TEMP || tmpdir();
    this.#tempDir ??= mkdtemp(join(parent, 'linkedin-release-')).then((made) => realpath(made));
    return this.#tempDir;
  }

  /** Ends all connections, and removes the downloads. */
  async disconnect(): Promise<void> {
    await this.#dispatcher.destroy();
    await this.#tempDir
      ?.then((folder) => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
      .catch(() => {});
  }
}

function ignore(): void {}
