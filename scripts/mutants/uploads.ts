// Mutants of the upload of one file: bytes, parts, sessions, status.

import type { Mutant } from './mutant.ts';

export const UPLOADS: readonly Mutant[] = [
  {
    name: 'mix bytes that a failed attempt still reads into the next attempt',
    file: 'src/publish/range-body.ts',
    find: `      const chunk = await next;
      this.#assertHeld();
`,
    replace: `      const chunk = await next;
`,
    tests: ['test/publish/range-body.test.ts'],
  },
  {
    name: 'release a buffer that a hanging read may still write to',
    file: 'src/publish/range-body.ts',
    find: `this.#options.pool.giveBack(this.#buffers),
      () => {},`,
    replace: `this.#options.pool.giveBack(this.#buffers),
      () => this.#options.pool.giveBack(this.#buffers),`,
    tests: ['test/publish/range-body.test.ts'],
  },
  {
    name: 'ignore the error of a part',
    file: 'src/publish/transfer.ts',
    find: 'await target.put({ sizeBytes, chunks: body, signal });',
    replace:
      "await target.put({ sizeBytes, chunks: body, signal }).catch(() => ({ status: 200, etag: 'e' }));",
    tests: ['test/publish/transfer.test.ts'],
  },
  {
    name: 'ignore the error of captions',
    file: 'src/publish/transfer.ts',
    find: 'await target.put({ sizeBytes, chunks: body, signal });',
    replace:
      "await target.put({ sizeBytes, chunks: body, signal }).catch((error: unknown) => { if (part === undefined) return { status: 200, etag: 'e' }; throw error; });",
    tests: ['test/publish/transfer-sidecars.test.ts'],
  },
  {
    name: 'sort the receipts of parts as text',
    file: 'src/publish/transfer.ts',
    find: 'return receipts.slice(0, parts.length);',
    replace:
      'return receipts.slice(0, parts.length).toSorted((a, b) => String(b.etag).localeCompare(String(a.etag)));',
    tests: ['test/publish/transfer.test.ts'],
  },
  {
    name: 'accept a part without an ETag',
    file: 'src/publish/transfer.ts',
    find: 'if (!needsEtags || etag !== null) return;',
    replace: 'if (!needsEtags || index >= 0) return;',
    tests: ['test/publish/transfer-retries.test.ts'],
  },
  {
    name: 'upload parts that do not cover the file',
    file: 'src/publish/transfer.ts',
    find: `  assertPartsCoverFile(parts, sizeBytes, identity.urn);
`,
    replace: '',
    tests: ['test/publish/transfer.test.ts'],
  },
  {
    name: 'use an upload URL that is about to expire',
    file: 'src/publish/transfer.ts',
    find: 'EXPIRY_MARGIN_MS = 30_000',
    replace: 'EXPIRY_MARGIN_MS = 0',
    tests: ['test/publish/transfer.test.ts'],
  },
  {
    name: 'do not check whether the file changed during its upload',
    file: 'src/publish/transfer.ts',
    find: 'for (const one of files) await (await one.get()).verify();',
    replace: '',
    tests: ['test/publish/transfer.test.ts'],
  },
  {
    name: 'do not check whether an upload without a response was stored',
    file: 'src/publish/transfer.ts',
    find: 'if (!(await job.isUploadStored())) return null;',
    replace: 'return null;',
    tests: ['test/publish/transfer-retries.test.ts', 'test/publish/lost-responses.test.ts'],
  },
  {
    name: 'check only once whether an upload without a response was stored',
    file: 'src/publish/upload.ts',
    find: 'isUploadStored: () => probe.checkTwice(),',
    replace: 'isUploadStored: () => probe.check(),',
    tests: ['test/publish/lost-responses.test.ts'],
  },
  {
    name: 'do not check whether a complete call without a response succeeded',
    file: 'src/publish/upload.ts',
    find: 'probe: async () => (await probe.check()) || null,',
    replace: 'probe: async () => (probe.failure === null ? null : true),',
    tests: ['test/publish/lost-responses.test.ts'],
  },
  {
    name: 'treat an unknown status as proof of an upload',
    file: 'src/linkedin/session.ts',
    find: "return reading.status === 'PROCESSING';",
    replace: 'return !NOT_UPLOADED_STATUSES.has(reading.status);',
    tests: [
      'test/publish/lost-responses.test.ts',
      'test/linkedin/api-traits.test.ts',
      'test/publish/transfer-retries.test.ts',
    ],
  },
  {
    name: 'treat a failure that LinkedIn reports as proof of an upload',
    file: 'src/publish/probe.ts',
    find: "if (answer.state === 'failed') this.#failure = answer;",
    replace: '',
    tests: ['test/publish/lost-responses.test.ts'],
  },
  {
    name: 'do not count registrations without a response',
    file: 'src/publish/upload.ts',
    find: "onLostResponse: () => ledger.record(index, { kind: 'possible-orphan' }),",
    replace: 'onLostResponse: () => {},',
    tests: ['test/publish/lost-responses.test.ts'],
  },
  {
    name: 'repeat a registration without a response too often',
    file: 'src/publish/upload.ts',
    find: 'LOST_REGISTRATIONS = 2',
    replace: 'MAX_LOST_REGISTRATIONS = 4',
    tests: ['test/publish/lost-responses.test.ts'],
  },
  {
    name: 'use one asset for two files',
    file: 'src/publish/upload.ts',
    find: 'if (owner === index) return;',
    replace: 'if (owner >= 0) return;',
    tests: ['test/publish/lost-responses.test.ts'],
  },
  {
    name: 'lose the URN of a failed registration',
    file: 'src/publish/upload.ts',
    find: 'this.#recordUrn(index, request, error);',
    replace: 'if (error.urn === index.toString()) this.#recordUrn(index, request, error);',
    tests: ['test/publish/errors.test.ts'],
  },
  {
    name: 'lose the URN of an abandoned session',
    file: 'src/publish/file-state.ts',
    find: '? abandonedUrns : [...abandonedUrns, identity.urn]',
    replace: '? abandonedUrns : [...abandonedUrns]',
    tests: ['test/publish/ledger.test.ts'],
  },
  {
    name: 'open four sessions for a file',
    file: 'src/publish/retry/retry-policy.ts',
    find: 'sessions: 3',
    replace: 'sessions: 4',
    tests: ['test/publish/lost-responses.test.ts'],
  },
  {
    name: 'wait forever for an upload that was not stored',
    file: 'src/publish/status-poller.ts',
    find: 'elapsedMs >= pending.missingAfterMs',
    replace: 'elapsedMs >= 1000 * pending.missingAfterMs',
    tests: ['test/publish/status-poller-errors.test.ts'],
  },
  {
    name: 'treat an upload that is not found yet as a failure',
    file: 'src/publish/status-poller.ts',
    find: 'NOT_FOUND_GRACE_MS = 30_000',
    replace: 'NOT_FOUND_GRACE_MS = 0',
    tests: ['test/publish/status-poller-errors.test.ts'],
  },
  {
    name: 'ignore the failure of a status read, so that its file waits forever',
    file: 'src/publish/status-poller.ts',
    find: 'if (finalError) pending.reject(finalError);',
    replace: 'if (finalError) pending.onTransientError?.(finalError);',
    tests: ['test/publish/status-poller-errors.test.ts'],
  },
  {
    name: 'open a file again without checking its identity',
    file: 'src/media/bytes.ts',
    find: 'if (file.identity === bytes.identity) return bytes;',
    replace: 'if (file.identity) return bytes;',
    tests: ['test/media/bytes.test.ts'],
  },
  {
    name: 'follow a link that replaced a file',
    file: 'src/media/bytes.ts',
    find: 'constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)',
    replace: 'constants.O_RDONLY',
    tests: ['test/media/inspect.test.ts'],
  },
  {
    name: 'follow links without follow-symlinks',
    file: 'src/media/find/workspace.ts',
    find: 'if (isLink && !options.followSymlinks)',
    replace: 'if (isLink && !realName)',
    tests: ['test/media/find/links.test.ts'],
  },
  {
    name: 'upload a file from outside the workspace',
    file: 'src/media/find/workspace.ts',
    find: "if (realName === null) return { path, reason: 'outside' };",
    replace: 'if (realName === null) return classifyKind(real, path);',
    tests: ['test/media/find/links.test.ts'],
  },
];
