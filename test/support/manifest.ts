// The text of a manifest as its content, and the other way round.

import { type Content, EMPTY, formatContent, parseContent } from '../../src/memory/content.ts';

export function parseManifest(text: string | null): Content {
  return parseContent(Buffer.from(text ?? ''), 'm');
}

export function formatManifest(content: Partial<Content>): string {
  return formatContent({ ...EMPTY, ...content });
}

/** The API calls of all jobs on a UTC day. */
export function callsOn({ calls }: Pick<Content, 'calls'>, day: string): number {
  return Object.values(calls[day] ?? {}).reduce((sum, count) => sum + count, 0);
}
