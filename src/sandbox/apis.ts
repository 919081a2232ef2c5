// The routes of LinkedIn's four media APIs. They share the gateway, the upload URLs, the uploads and the fault
// injection.

import { checkComplete } from './assets/complete.ts';
import { checkRegister } from './assets/register.ts';
import { checkStatus } from './assets/status.ts';
import type { ValidCall } from './calls.ts';
import type { SandboxRequest } from './messages.ts';
import type { SandboxModel } from './model.ts';
import type { ApiName, CallKind } from './options.ts';
import {
  checkBatchUrnRead,
  checkUrnRead,
  documentResource,
  imageResource,
  videoResource,
} from './status-reads.ts';
import { checkFinalize, checkInitializeVideo } from './videos/calls.ts';
import { checkInitialize } from './whole-files.ts';

/** Validates a call. @throws {ErrorResponse} when the call is invalid. */
export type Check = (model: SandboxModel, request: SandboxRequest) => ValidCall | Promise<ValidCall>;

export interface Action {
  readonly kind: CallKind;
  readonly check: Check;
}

export interface ApiRoutes {
  /** The path has this name too. */
  readonly api: ApiName;
  /** The path segments that may precede the name. */
  readonly roots: readonly string[];
  /** Keyed by the action's name, as LinkedIn spells it. */
  readonly actions: ReadonlyMap<string, Action>;
  /** Validates a read of one asset. `key` is raw, as in the path. */
  checkRead(model: SandboxModel, exchange: SandboxRequest, key: string): ValidCall;
  /** Validates a batch read. Null when the API has no such call. */
  readonly checkBatchRead: Check | null;
}

/**
 * Register, complete and status, under /rest and the older /v2.
 * https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)
 */
export const assets: ApiRoutes = {
  api: 'assets',
  roots: ['rest', 'v2'],
  actions: new Map([
    ['registerUpload', { kind: 'register', check: checkRegister }],
    // LinkedIn spells it with a capital P.
    ['completeMultiPartUpload', { kind: 'complete', check: checkComplete }],
  ]),
  checkRead: checkStatus,
  checkBatchRead: null,
};

/**
 * One PUT completes an upload.
 * https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)
 */
export const images: ApiRoutes = {
  api: 'images',
  roots: ['rest'],
  actions: new Map([
    ['initializeUpload', { kind: 'register', check: (...call) => checkInitialize('images', ...call) }],
  ]),
  checkRead: (model, request, key) => checkUrnRead(imageResource, model, request, key),
  checkBatchRead: (model, request) => checkBatchUrnRead(imageResource, model, request),
};

/**
 * Clients send parts, captions and the thumbnail to the upload URLs of the initialize response.
 * https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api (read 2026-11-25)
 */
export const videos: ApiRoutes = {
  api: 'videos',
  roots: ['rest'],
  actions: new Map([
    ['initializeUpload', { kind: 'register', check: checkInitializeVideo }],
    ['finalizeUpload', { kind: 'complete', check: checkFinalize }],
  ]),
  checkRead: (model, request, key) => checkUrnRead(videoResource, model, request, key),
  checkBatchRead: (model, request) => checkBatchUrnRead(videoResource, model, request),
};

/**
 * One PUT completes an upload.
 * https://learn.microsoft.com/linkedin/marketing/community-management/shares/documents-api (read 2026-11-26)
 */
export const documents: ApiRoutes = {
  api: 'documents',
  roots: ['rest'],
  actions: new Map([
    ['initializeUpload', { kind: 'register', check: (...call) => checkInitialize('documents', ...call) }],
  ]),
  checkRead: (model, request, key) => checkUrnRead(documentResource, model, request, key),
  checkBatchRead: (model, request) => checkBatchUrnRead(documentResource, model, request),
};
