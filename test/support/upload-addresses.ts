// The upload addresses that a LinkedIn hands out in a run, and what of them a log must not hold.

import type { SandboxHandler } from '../../src/sandbox/messages.ts';

/** As `around` of `publish`: notes the addresses as they go by. */
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

/** A shorter value may be a part of any word. */
const TELLING_CHARS = 8;

/** Every piece of the queries of `addresses` that stands in `text`: each pair, each name as a query has it, each value. */
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
