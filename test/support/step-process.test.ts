// The process of a step: lines, signals, hangs and memory, with real processes.

import { describe, expect, it } from 'vitest';
import type { SendSignal } from './step-process.ts';
import { useTinyAction } from './tiny-action.ts';

const { run } = useTinyAction();

const WAIT = `setInterval(() => {}, 1000); console.log('ready');`;

describe('Lines', () => {
  it('lines end at LF, CRLF and CR, also across writes and multi-byte characters', async () => {
    const step = await run(
      `const write = (text) => new Promise((done) => process.stdout.write(text, () => setTimeout(done, 20)));
       await write('a\\r'); await write('\\nb\\r\\rc'); await write(Buffer.from([0xc3])); await write(Buffer.from([0xa9]));
       await write('\\r'); await write('x\\n\\nlast');`,
    );
    expect(step.rawLog).toEqual(['a', 'b', '', 'cé', 'x', '', 'last']);
  });

  it('commands are read on stderr, and after a lone CR', async () => {
    const step = await run(
      `console.error('::notice::n'); process.stderr.write('name\\r::error::forged\\n');`,
    );
    expect(step.messages('notice')).toEqual(['n']);
    expect(step.messages('error')).toEqual(['forged']);
  });

  it('maskedOutputs names the outputs that hold a secret, and their values stay unchanged', async () => {
    const step = await run(
      `console.log('::add-mask::sesame');
       append('OUTPUT', 'a=open sesame\\nb=x\\nc=from-job\\n');
       append('STEP_SUMMARY', 'sesame\\n# from-job');`,
      { secrets: ['from-job'] },
    );
    expect(step.outputs).toEqual({ a: 'open sesame', b: 'x', c: 'from-job' });
    expect(step.maskedOutputs).toEqual(['a', 'c']);
    expect(step.summary).toBe('***\n# ***');
    expect(step.rawSummary).toBe('sesame\n# from-job');
  });

  it('onLine gets the displayed lines while the step runs', async () => {
    const seen: string[] = [];
    await run(`console.log('a'); console.log('::error::b')`, { onLine: (line) => seen.push(line) });
    expect(seen).toEqual(['a', 'Error: b']);
  });
});

describe('Process end', () => {
  it('the result has the exit code of the process', async () => {
    expect(await run('process.exit(3)')).toMatchObject({ exitCode: 3, signal: null, outcome: 'failure' });
  });

  // Windows has no signals that a process can catch.
  it.skipIf(process.platform === 'win32')(
    'signalWhen sends a signal once, at the first matching line',
    async () => {
      const when = { line: /ready/, signal: 'SIGINT' } as const;
      const died = await run(WAIT, { signalWhen: when });
      expect(died).toMatchObject({ exitCode: null, signal: 'SIGINT', outcome: 'failure' });
      const caught = await run(
        `let times = 0; process.on('SIGINT', () => { times += 1; console.log('ready');
         setTimeout(() => process.exit(times + 1), 50); }); ${WAIT}`,
        { signalWhen: when },
      );
      expect(caught).toMatchObject({ exitCode: 2, signal: null });
      expect(caught.afterSignalMs).toBeGreaterThan(40);
    },
  );

  it.skipIf(process.platform === 'win32')(
    'hangUpWhen closes both pipes at the first matching line',
    async () => {
      const step = await run(
        `process.stdout.on('error', ({ code }) => { append('OUTPUT', \`met=\${code}\\n\`); process.exit(4); });
       console.log('ready'); setInterval(() => console.log('unheard'), 10);`,
        { hangUpWhen: /ready/ },
      );
      expect(step).toMatchObject({ exitCode: 4, rawLog: ['ready'], outputs: { met: 'EPIPE' } });
    },
  );
  it.skipIf(process.platform === 'win32')(
    'send() sends signals at any time, and afterSignalMs counts from the first',
    async () => {
      let send: SendSignal = () => {};
      const step = await run(`process.once('SIGTERM', () => console.log('first')); ${WAIT}`, {
        onStart: (given) => {
          send = given;
        },
        onLine: (line) => {
          if (line === 'ready') send('SIGTERM');
          else setTimeout(send, 60, 'SIGTERM');
        },
      });
      expect(step).toMatchObject({ exitCode: null, signal: 'SIGTERM' });
      expect(step.afterSignalMs).toBeGreaterThan(50);
    },
  );

  it('a step that hangs is killed, and the error has its last lines', async () => {
    await expect(run(WAIT, { timeoutMs: 5000 })).rejects.toThrow(/not end within 5000 ms.*\n.*ready/s);
  });

  it.runIf(process.platform === 'linux')('peakRssBytes is the peak memory of the step', async () => {
    const megabytes = (count: number) =>
      `Buffer.alloc(${count}e6, 1); await new Promise((f) => setTimeout(f, 50));`;
    const small = await run(megabytes(1));
    const big = await run(megabytes(200));
    expect((big.peakRssBytes ?? 0) - (small.peakRssBytes ?? 0)).toBeGreaterThan(150e6);
  });
});
