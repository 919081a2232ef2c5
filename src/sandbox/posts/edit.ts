// Edits and deletes a post. Only a few fields can be set. Deletion is idempotent.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-25)

import { checkAnyScope, checkScope, type Permission } from '../auth/scopes.ts';
import type { ValidCall } from '../calls.ts';
import { emptyResponse, type SandboxRequest } from '../messages.ts';
import type { SandboxModel } from '../model.ts';
import { invalidField, missingField, unpermittedField } from '../restli/error-responses.ts';
import { fieldsOf, textOf } from '../restli/fields.ts';
import { readJson } from '../restli/gateway.ts';
import { keyInPath, parseQuery } from '../restli/query.ts';
import { enumOf, parseLittleText } from './content.ts';
import { existingPost, postNotFound, postUrn } from './read.ts';
import type { Post, PostFields } from './store.ts';

const WRITE = { access: 'w', api: 'postsExternal', role: 'author' } as const;
const UPDATE: Permission = { ...WRITE, method: 'PARTIAL_UPDATE' };
const DELETE: Permission = { ...WRITE, method: 'DELETE' };
const TEXTS = ['contentCallToActionLabel', 'contentLandingPage'];

export async function checkEdit(
  model: SandboxModel,
  request: SandboxRequest,
  key: string,
): Promise<ValidCall> {
  const urn = postUrn(keyInPath(key));
  parseQuery(request, []);
  checkAnyScope(model.settings, request, UPDATE);
  const { patch } = fieldsOf(await readJson(request), '', { required: ['patch'] });
  const post = existingPost(model, urn);
  if (post === undefined) throw postNotFound();
  checkScope(model.settings, request, UPDATE, post.author);
  const changes = changesIn(patch, post);
  return {
    kind: 'postEdit',
    api: null,
    assets: [],
    execute: async () => {
      post.fields = { ...post.fields, ...changes };
      post.lastModifiedAt = model.now();
      post.isEdited = true;
      return { assets: [], response: emptyResponse(204) };
    },
  };
}

/** A patch has a `$set` for whole fields, and a separate `$set` for the fields within adContext. */
function changesIn(patch: unknown, { fields }: Post): PostFields {
  const steps = recordAt(patch, '/patch');
  const stranger = Object.keys(steps).find((name) => name !== '$set' && name !== 'adContext');
  if (stranger !== undefined) throw unpermittedField(`/patch/${stranger}`);
  const set = steps.$set === undefined ? {} : settable(recordAt(steps.$set, '/patch/$set'), fields);
  const within = steps.adContext === undefined ? {} : recordAt(steps.adContext, '/patch/adContext');
  const ads = within.$set === undefined ? {} : recordAt(within.$set, '/patch/adContext/$set');
  if (Object.keys(set).length + Object.keys(ads).length === 0) throw missingField('/patch/$set');
  if (Object.keys(ads).length === 0) return set;
  return { ...set, adContext: { ...(fields.adContext as object | undefined), ...ads } };
}

function settable(set: PostFields, { content, reshareContext }: PostFields): PostFields {
  const mayBeBlank = content !== undefined || reshareContext !== undefined;
  const settled = Object.entries(set).map(([name, value]) => {
    const path = `/patch/$set/${name}`;
    if (name === 'commentary') return [name, parseLittleText(value, path, { mayBeBlank })];
    if (name === 'lifecycleState') return [name, enumOf(value, path, ['PUBLISHED'])];
    if (name === 'adContext') return [name, recordAt(value, path)];
    if (!TEXTS.includes(name)) throw unpermittedField(path);
    return [name, textOf(value, path)];
  });
  return Object.fromEntries(settled);
}

export function checkDelete(model: SandboxModel, request: SandboxRequest, key: string): ValidCall {
  const urn = postUrn(keyInPath(key));
  parseQuery(request, []);
  checkAnyScope(model.settings, request, DELETE);
  const post = model.postStore.byUrn(urn);
  if (post === undefined) throw postNotFound();
  checkScope(model.settings, request, DELETE, post.author);
  return {
    kind: 'postDelete',
    api: null,
    assets: [],
    execute: async () => {
      post.isDeleted = true;
      return { assets: [], response: emptyResponse(204) };
    },
  };
}

function recordAt(value: unknown, path: string): PostFields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidField(path);
  return value as PostFields;
}
