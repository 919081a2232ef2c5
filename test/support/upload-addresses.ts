// Records the upload URLs of a run, and finds parts of their queries in a log.

import type { SandboxHandler } from '../../src/sandbox/messages.ts';

/** For `around` of `publish`: records the addresses in the answers. */
export function notingAddresses(): { around: (handle: SandboxHandler) => SandboxHandler; addresses: URL[] } {
  const addresses: URL[] = [];
  const around =
    (handle: SandboxHandler): SandboxHandler =>
    async (request) => {
      const reply = await handle(request);
      for (const [text] of reply.body.matchAll(/http:[^"]*\/dms-uploads\/[^"]*/g))
        addresses.push(new URL(text));
      return reply;
    };
  return { around, addresses };
}

/** A shorter value may be part of any word. */
const TELLING_CHARS = 8;

/** Every part of the queries of `addresses` that is in `text`: pairs, names as in a query, and values. */
export function queriesIn(text: string, addresses: readonly URL[]): string[] {
  const pieces = addresses.flatMap(({ search }) =>
    search
      .slice(1)
      .split('&')
      .flatMap((pair) => {
        const [name = '', value = ''] = pair.split('=');
        return [pair, `?${name}=`, `&${name}=`, ...(value.length < TELLING_CHARS ? [] : [value])];
      }),
  );
  return [...new Set(pieces)].filter((piece) => text.includes(piece));
}
