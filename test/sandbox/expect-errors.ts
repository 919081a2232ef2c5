// Expectations for errors of the sandbox: LinkedIn's JSON from its API, HTML from its upload host.

import { expect } from 'vitest';
import type { Answer } from './caller.ts';

/** LinkedIn's JSON repeats its status; `code` is undefined in the shapes that have none. */
export function expectApiError(answer: Answer, status: number, code: string | undefined): void {
  expect(answer.json).toMatchObject({ status, message: expect.stringMatching(/./) });
  expect({ status: answer.status, code: (answer.json as { code?: string }).code }).toEqual({ status, code });
}

export function expectHtmlError(answer: Answer, status: number): void {
  expect(answer.headers['content-type']).toMatch(/^text\/html/);
  expect(answer.json).toBeNull();
  expect(answer.status).toBe(status);
}
