// One way to each error code of the built action: what a user, or the world around, did to get there.

import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import type { FaultRule, SandboxOptions } from '../../src/sandbox/options.ts';
import type { Asset, startGitHub } from '../support/github.ts';
import { png } from '../support/media.ts';
import type { Content } from '../support/publishing.ts';
import type { SignalWhen } from '../support/step-process.ts';

export interface Scene {
  readonly files?: Readonly<Record<string, Content>>;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly sandboxOptions?: SandboxOptions;
  /** A GitHub whose release v1.0 is published too. */
  readonly github?: Parameters<typeof startGitHub>[0];
  /** In place of the sandbox. */
  readonly linkedin?: () => Promise<string>;
  readonly env?: Readonly<Record<string, string>> | (() => Promise<Record<string, string>>);
  readonly signalWhen?: SignalWhen;
  /** Hears each line of the log, in the workspace of the step. */
  readonly meanwhile?: (line: string, workspace: string) => void;
  /** Where the message names a file, the file. */
  readonly names?: string;
}

/** Code that runs in the process before the action does. */
export function preload(script: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}

/** The action's clock, so many times as fast. */
export const hurry = (times: number) => `
  import timers from 'node:timers/promises';
  import { syncBuiltinESMExports } from 'node:module';
  const { setTimeout } = timers;
  const now = performance.now.bind(performance);
  timers.setTimeout = (ms, ...rest) => setTimeout(ms / ${times}, ...rest);
  performance.now = () => now() * ${times};
  syncBuiltinESMExports();
`;
/** What takes minutes of waiting is told in seconds. */
export const HURRY = hurry(200);
export const IN_A_HURRY = preload(HURRY);

export function always(on: FaultRule['on'], rule: Omit<FaultRule, 'on' | 'every'>): Scene {
  return { sandboxOptions: { faults: [{ on, every: true, ...rule }] } };
}

export function refusing(on: FaultRule['on'], status: number, body: unknown = { status }): Scene {
  return always(on, { reply: { status, body } });
}

/** A release with one picture, which is not quite in order. */
export function releasing(asset: Partial<Asset>): Scene {
  return { github: { assets: [{ name: 'r.png', content: png(), ...asset }] }, names: 'release:v1.0/r.png' };
}

/** Closed when the tests of the file are over. */
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

/** The environment of a runner whose proxy asks for a password. */
export async function refusingProxy(): Promise<Record<string, string>> {
  const proxy = createServer();
  proxy.on('connect', (_, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
  return { https_proxy: await listen(proxy) };
}

/** Takes connections and never says a word. */
export async function silence(): Promise<string> {
  return await listen(createTcpServer((socket) => socket.on('error', () => {}).unref()));
}

/** An address where nobody listens. */
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

/** A LinkedIn that says that it has the bytes before it read them. */
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
