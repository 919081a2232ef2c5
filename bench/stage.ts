// The environment of every row: the sinks, their API and the built action as a command, in one folder that is removed at
// the end.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeCommandFiles } from '../test/support/command-files.ts';
import { jobVariables, machineVariables } from '../test/support/job-environment.ts';
import { Line } from './line.ts';
import { type Peak, watch, withPeakFile } from './peak.ts';
import { type Program, Server, timed, versionOf } from './processes.ts';

const ROOT = resolve(import.meta.dirname, '..');

export interface SinkCounts {
  readonly puts: number;
  readonly bytes: number;
  /** The highest number of open connections. */
  readonly connections: number;
}

export interface ApiCounts {
  readonly registers: number;
  readonly completes: number;
  readonly reads: number;
  /** When the first call arrived, epoch milliseconds. */
  readonly firstMs: number;
}

/** A sink, and the API that issues its upload URLs. */
export interface Target {
  readonly sink: Server<SinkCounts>;
  readonly api: Server<ApiCounts>;
  readonly sinkUrl: string;
  readonly apiUrl: string;
  /** The same program where it reaches this target. */
  readonly client: (program: Program) => Program;
}

export type Scheme = 'http' | 'https';
/** How a target is reached: on loopback, or with HTTP over a line of 1 Gbit/s. */
export type Way = Scheme | 'line';

/** Milliseconds that a target waits before it responds. */
export interface Delays {
  readonly callMs?: number;
  readonly putMs?: number;
}

export class Stage {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'linkedin-media-bench-')));
  readonly #servers: Server<unknown>[] = [];
  readonly #targets = new Map<string, Promise<Target>>();

  /** The implementation of each sink, for the table. */
  sinkKind: Record<Scheme, string> = { http: '', https: '' };
  certificate: string | null = null;
  #key = '';
  #sinkPath: string | null = null;
  curl: string | null = null;
  line: Line | null = null;

  async setUp(): Promise<void> {
    if (!existsSync(join(ROOT, 'dist/index.js')))
      throw new Error('dist/ is missing: run `npm run build`');
    this.curl = await versionOf('curl', ['--version']);
    this.#makeCertificate();
    this.line = Line.open();
    const hasTls = this.#compile(['-DWITH_TLS'], ['-lssl', '-lcrypto']);
    const isC = hasTls || this.#compile([], []);
    this.sinkKind = { http: isC ? 'C' : 'Node', https: hasTls ? 'C, OpenSSL' : 'Node' };
  }

  /** There is one target per way and delays, for all rows. */
  target(way: Way, delays: Delays = {}): Promise<Target> {
    const key = JSON.stringify([way, delays]);
    const target = this.#targets.get(key) ?? this.#startTarget(way, delays);
    this.#targets.set(key, target);
    return target;
  }

  /** The built action with these inputs, as a runner starts it. */
  async action(inputs: Readonly<Record<string, string>>, workspace: string): Promise<Program> {
    const runnerTemp = mkdtempSync(join(this.folder, 'runner-'));
    const files = join(runnerTemp, 'commands');
    mkdirSync(files);
    const allInputs = Object.entries({
      owner: 'urn:li:organization:1',
      'access-token': 'BENCH-TOKEN',
      ...inputs,
    });
    return {
      command: process.execPath,
      args: [join(ROOT, 'dist/index.js')],
      cwd: workspace,
      env: {
        ...machineVariables(),
        ...(await jobVariables(workspace, runnerTemp)),
        ...makeCommandFiles(files),
        ...Object.fromEntries(
          allInputs.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
        ),
        ...this.trust,
      },
    };
  }

  /** The variables that make Node trust the certificate of the sink. */
  get trust(): Record<string, string> {
    return this.certificate === null ? {} : { NODE_EXTRA_CA_CERTS: this.certificate };
  }

  run(program: Program): Promise<number> {
    return timed(program, join(this.folder, 'log'));
  }

  /** The peak memory and descriptors of the program, and its duration. */
  async peakOf(program: Program): Promise<Peak & { tookMs: number }> {
    const path = join(this.folder, 'peak.json');
    const log = join(this.folder, 'log');
    if (process.platform !== 'linux') {
      const tookMs = await timed(withPeakFile(program, path), log);
      return { tookMs, ...JSON.parse(readFileSync(path, 'utf8')) };
    }
    const peak: Peak = { peakBytes: 0, descriptors: 0 };
    const tookMs = await timed(program, log, (pid) => watch(pid, peak));
    return { tookMs, ...peak };
  }

  async tearDown(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
    this.line?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #startTarget(way: Way, { callMs = 0, putMs = 0 }: Delays): Promise<Target> {
    const { line } = this;
    const isOnLine = way === 'line' && line !== null;
    const scheme = way === 'https' ? 'https' : 'http';
    const start = async <Counts>(
      command: string,
      args: readonly string[],
    ): Promise<Server<Counts>> => {
      const program = { command, args };
      const server = await Server.start<Counts>(
        isOnLine ? line.programAt('far', program) : program,
      );
      this.#servers.push(server);
      return server;
    };
    const secrets =
      scheme === 'https' ? ['--cert', this.certificate ?? '', '--key', this.#key] : [];
    const sinkArgs = ['--delay', String(putMs), ...secrets];
    const isC = this.sinkKind[scheme].startsWith('C');
    const sink = isC
      ? await start<SinkCounts>(this.#sinkPath ?? '', sinkArgs)
      : await start<SinkCounts>(process.execPath, [join(ROOT, 'bench/sink-node.ts'), ...sinkArgs]);
    const sinkUrl = `${scheme}://127.0.0.1:${sink.port}`;
    const apiArgs = [join(ROOT, 'bench/api.ts'), '--sink', sinkUrl, '--delay', String(callMs)];
    const api = await start<ApiCounts>(process.execPath, apiArgs);
    const client = (program: Program) => (isOnLine ? line.programAt('near', program) : program);
    return { sink, api, sinkUrl, apiUrl: `http://127.0.0.1:${api.port}`, client };
  }

  #compile(flags: readonly string[], libraries: readonly string[]): boolean {
    const path = join(this.folder, 'sink');
    const source = join(ROOT, 'bench/sink.c');
    if (!succeeds('cc', ['-O2', '-pthread', ...flags, '-o', path, source, ...libraries]))
      return false;
    this.#sinkPath = path;
    return true;
  }

  /** Without openssl there is no certificate, and the rows over HTTPS are skipped. */
  #makeCertificate(): void {
    const [key, certificate] = [join(this.folder, 'key.pem'), join(this.folder, 'certificate.pem')];
    const made = succeeds('openssl', [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...[
        '-subj',
        '/CN=bench',
        '-addext',
        'subjectAltName=IP:127.0.0.1',
        '-keyout',
        key,
        '-out',
        certificate,
      ],
    ]);
    if (!made) return;
    this.certificate = certificate;
    this.#key = key;
  }
}

function succeeds(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
