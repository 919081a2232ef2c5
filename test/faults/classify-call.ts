// Classifies a request by its URL, its body, and the owner: each file of a schedule has an owner of its own.

import type { Dispatcher } from 'undici';
import type { Asset } from '../../src/sandbox/asset.ts';
import { INTROSPECT_PATH, REFRESH_PATH } from '../../src/sandbox/auth/oauth.ts';
import type { SandboxModel } from '../../src/sandbox/model.ts';
import { canary } from '../leaks/canaries.ts';
import type { TokenCall } from './call-name.ts';
import type { Call } from './trace.ts';

const FIRST_OWNER = 1000;

const TOKEN_PATHS: ReadonlyMap<string, TokenCall> = new Map([
  [REFRESH_PATH, 'refresh'],
  [INTROSPECT_PATH, 'introspect'],
]);

/** The owner identifies the file of a request. */
export function ownerOf(file: number): string {
  return `urn:li:organization:${FIRST_OWNER + file}`;
}

export function fileOf(owner: string): number {
  return Number(owner.slice(owner.lastIndexOf(':') + 1)) - FIRST_OWNER;
}

/** `turnOf`: number of settled files with the bytes of a scheduled file. A copy that is sent instead has its own turn. */
export function classifyCall(
  options: Dispatcher.DispatchOptions,
  model: SandboxModel,
  turnOf: (file: number) => number,
): Call {
  const { path, method, origin } = options;
  const text = typeof options.body === 'string' ? options.body : '';
  const headers = Object.keys(options.headers ?? {});
  const common = {
    origin: String(origin ?? ''),
    hasToken: headers.some((name) => name.toLowerCase() === 'authorization'),
    hasGitHubToken: JSON.stringify([path, options.headers, text]).includes(canary('github token')),
    needsToken: true,
    isPart: false,
  };
  const tokenCall = TOKEN_PATHS.get(path);
  if (tokenCall !== undefined) return { ...common, kind: tokenCall, files: [], key: path, needsToken: false };
  if (path.startsWith('/dms-uploads/')) return { ...common, ...readUpload(path, model) };
  if (method === 'GET') {
    const files = assetsIn(decodeURIComponent(path), model).map(fileOfAsset);
    return { ...common, kind: 'status', files: [...new Set(files)], key: path };
  }
  const [asset] = assetsIn(text, model);
  if (asset !== undefined) return { ...common, kind: 'complete', files: [fileOfAsset(asset)], key: asset.id };
  const [owner = ''] = /urn:li:organization:\d+/.exec(text) ?? [];
  const file = fileOf(owner);
  return { ...common, kind: 'register', files: [file], key: `${owner} ${turnOf(file)}` };
}

/** Whether this registers the first file of its group, and not a copy that is sent instead. */
export function isFirstTurn(registrationKey: string): boolean {
  return registrationKey.endsWith(' 0');
}

function readUpload(path: string, model: SandboxModel) {
  const kind = 'upload' as const;
  const target = model.slotAt(path);
  if (target === undefined) return { kind, files: [], key: path };
  const { asset, slot } = target;
  const { needsToken } = slot.rules;
  return { kind, files: [fileOfAsset(asset)], key: path, needsToken, isPart: slot.range !== null };
}

function fileOfAsset({ registration }: Asset): number {
  return fileOf(registration.owner);
}

function assetsIn(text: string, model: SandboxModel): Asset[] {
  return (text.match(/SIMULATED-[A-Z0-9]+/g) ?? []).flatMap((id) => model.assetById(id) ?? []);
}
