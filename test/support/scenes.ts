// Scenes that lead the built action to its error codes: inputs, servers, and a faster clock.

import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import type { Clock } from '../../src/deps.ts';
import type { Open } from '../../src/media/bytes.ts';
import type { FaultRule, SandboxOptions } from '../../src/sandbox/options.ts';
import type { Asset, startReleases } from '../world/github/releases.ts';
import { png } from './media.ts';
import type { Content } from './publishing.ts';
import type { SignalWhen } from './step-process.ts';

export interface Scene {
  readonly files?: Readonly<Record<string, Content>>;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly sandboxOptions?: SandboxOptions;
  /** A GitHub whose release v1.0 is published too. */
  readonly github?: Parameters<typeof startReleases>[0];
  /** Starts a server in place of the sandbox. */
  readonly linkedin?: () => Promise<string>;
  readonly env?: Readonly<Record<string, string>> | (() => Promise<Record<string, string>>);
  readonly clock?: () => Clock;
  readonly open?: Open;
  readonly signalWhen?: SignalWhen;
  /** Called for each line of the log, with the workspace of the step. */
  readonly meanwhile?: (line: string, workspace: string) => void;
  /** Text that the message must contain, such as the name of a file. */
  readonly names?: string;
}

/** Code that runs in the process before the action does. */
export function preload(script: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}

/** Cancels the run while it writes its page for the first time. */
export const cancelledDuringPage = () =>
  preload(`
  import files from 'node:fs/promises';
  import { syncBuiltinESMExports } from 'node:module';
  import { setTimeout } from 'node:timers/promises';
  const { writeFile } = files;
  let pages = 0;
  files.writeFile = async (path, ...rest) => {
    if (String(path).endsWith('page.html') && (pages += 1) === 1) {
      process.kill(process.pid, 'SIGTERM');
      await setTimeout(100);
    }
    return writeFile(path, ...rest);
  };
  syncBuiltinESMExports();
`);

/** Makes the action's clock this many times as fast, its time limits included, which a busy machine may then reach. */
export const hurry = (times: number) => `
  import timers from 'node:timers/promises';
  import { syncBuiltinESMExports } from 'node:module';
  const { setTimeout } = timers;
  const now = performance.now.bind(performance);
  timers.setTimeout = (ms, ...rest) => setTimeout(ms / ${times}, ...rest);
  performance.now = () => now() * ${times};
  syncBuiltinESMExports();
`;
/**
 * Makes waits of up to 40 s this many times as fast, and moves the clock on by the rest of them. Time limits are longer and
 * keep their length.
 */
const hurryWaits = (times: number) => `
  import timers from 'node:timers/promises';
  import { syncBuiltinESMExports } from 'node:module';
  const { setTimeout } = timers;
  const now = performance.now.bind(performance);
  let skippedMs = 0;
  performance.now = () => now() + skippedMs;
  timers.setTimeout = async (ms, ...rest) => {
    const dueMs = performance.now() + ms;
    await setTimeout(ms > 40_000 ? ms : ms / ${times}, ...rest);
    skippedMs = Math.max(skippedMs, dueMs - now());
  };
  syncBuiltinESMExports();
`;
/** Minutes of waiting take seconds. */
export const IN_A_HURRY = preload(hurryWaits(200));

/** Makes the date of the action this many days later than today. */
export const daysLater = (days: number) =>
  `const now = Date.now; Date.now = () => now() + ${days * 86_400_000};`;

export function always(on: FaultRule['on'], rule: Omit<FaultRule, 'on' | 'every'>): Scene {
  return { sandboxOptions: { faults: [{ on, every: true, ...rule }] } };
}

export function refusing(on: FaultRule['on'], status: number, body: unknown = { status }): Scene {
  return always(on, { reply: { status, body } });
}

/** A release with one picture, changed by `asset`. */
export function releasing(asset: Partial<Asset>): Scene {
  return { github: { assets: [{ name: 'r.png', content: png(), ...asset }] }, names: 'release:v1.0/r.png' };
}

/** Closed at the end of the test file. */
const servers: (Server | ReturnType<typeof createTcpServer>)[] = [];

export function closeServers(): void {
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  }
}

export async function serve(listener: RequestListener): Promise<string> {
  return await listen(createServer(listener));
}

/** The environment of a runner whose proxy requires a password. */
export async function refusingProxy(): Promise<Record<string, string>> {
  const proxy = createServer();
  proxy.on('connect', (_, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
  return { https_proxy: await listen(proxy) };
}

/** Accepts connections and never answers. */
export async function silence(): Promise<string> {
  return await listen(createTcpServer((socket) => socket.on('error', () => {}).unref()));
}

/** A URL on a port where nothing listens. */
export async function nobody(): Promise<string> {
  const url = await serve(() => {});
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return url;
}

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A LinkedIn that answers an upload with 201 before it reads the bytes. */
export async function hasty(): Promise<string> {
  const asset = 'urn:li:digitalmediaAsset:HASTY1';
  return await serve((request, response) => {
    if (request.method === 'PUT') {
      response.writeHead(201).end();
      return;
    }
    const url = `http://${request.headers.host}/dms-uploads/HASTY1?sau=a`;
    const http = { uploadUrl: url, headers: {} };
    const uploadMechanism = { 'com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest': http };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ value: { asset, uploadMechanism, mediaArtifact: 'urn:li:a' } }));
  });
}
