// The stored claims of a process: each one that may be stored without being used is withdrawn.

import { expect, it } from 'vitest';
import { RunError } from '../../src/errors.ts';
import { InMemoryStore } from '../../src/memory/in-memory-store.ts';
import type { Manifest } from '../../src/memory/manifest.ts';
import type { Change } from '../../src/memory/store.ts';
import { PostMemoryStore } from '../../src/post/memory/post-memory.ts';
import { TestClock } from '../support/clock.ts';
import { makeEntry } from './posts.ts';

/** The first write has its effect only after the run was cancelled. */
class LateStore extends InMemoryStore {
  readonly #cancel: () => void;
  #isFirst = true;

  constructor(cancel: () => void) {
    super(new TestClock());
    this.#cancel = cancel;
  }

  override async swap(change: Change): Promise<Manifest> {
    if (!this.#isFirst) return await super.swap(change);
    this.#isFirst = false;
    const late = change({ ...this.current });
    this.#cancel();
    const again = change({ ...this.current });
    expect(again).toBeNull();
    return Object.assign(this.current, late);
  }
}

it('a claim whose write has its effect after a cancellation is withdrawn by the last write', async () => {
  const cancel = new AbortController();
  const store = new LateStore(() => cancel.abort(new RunError('RUN_CANCELLED', 'the run was cancelled')));
  const memory = new PostMemoryStore(store, { signal: cancel.signal });
  const entry = makeEntry({ state: 'sending' });
  if (entry.state !== 'sending') throw new TypeError('not claimed');
  expect(await memory.claim(() => ({ entry, previous: null }))).toBeNull();
  expect(memory.entries()).toEqual([entry]);
  await memory.flush();
  expect(memory.entries()).toEqual([]);
});
