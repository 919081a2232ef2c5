// The event that starts a workflow: the fields that GitHub always sends, and the ref of the run.

import type { Workflow } from './workflow.ts';

export interface Event {
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What GitHub sends with the events of the documented workflows, as far as `github.ref` depends on it. */
const PAYLOADS: Readonly<Record<string, Event['payload']>> = {
  push: { ref: 'refs/heads/main' },
  pull_request: { number: 1 },
  release: { action: 'published', release: { tag_name: 'v2.0' } },
  schedule: {},
  workflow_dispatch: { ref: 'refs/heads/main' },
};

/** The event with all fields; by default the first one that the workflow names. @throws if `on:` does not name it */
export function completeEvent({ on }: Workflow, event: Partial<Event> = {}): Event {
  const started = typeof on === 'string' || Array.isArray(on) ? [on].flat() : Object.keys(on as object);
  const { name = started[0] ?? '', payload: given = {} } = event;
  const usual = PAYLOADS[name];
  if (usual === undefined || !started.includes(name)) throw new Error(`${name} does not start the workflow`);
  const release = { ...(usual.release as object), ...(given.release as object) };
  const repository = { full_name: 'octocat/media', default_branch: 'main' };
  return { name, payload: { repository, ...usual, ...given, ...(name === 'release' && { release }) } };
}

/** `github.ref`. @see https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows */
export function refOf({ name, payload }: Event): string {
  if (name === 'release') return `refs/tags/${(payload.release as { tag_name: string }).tag_name}`;
  if (name === 'pull_request') return `refs/pull/${payload.number}/merge`;
  return String(payload.ref ?? 'refs/heads/main');
}
