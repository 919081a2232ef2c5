// Runs the programs of a story as users do: the built action as a process, with LinkedIn and GitHub on loopback. A machine that is
// lost kills its process.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { runAction } from '../../support/runner.ts';
import type { Answer } from '../../support/sandbox-dispatcher.ts';
import type { Service } from '../faults.ts';
import { RealTime } from '../real-time.ts';
import { ACTIONS, filesBelow, type StepResult } from '../runner.ts';
import type { Execution, StepSpec } from './story.ts';

export class AsProcess implements Execution {
  readonly time = new RealTime();
  readonly isSequential = true;
  readonly #servers: Server[] = [];
  #current: StepSpec | null = null;
  #urls: Readonly<Record<Service, string>> = { linkedin: '', github: '' };

  static async open(): Promise<AsProcess> {
    const execution = new AsProcess();
    const linkedin = await execution.#listen('linkedin');
    execution.#urls = { linkedin, github: await execution.#listen('github') };
    return execution;
  }

  close(): void {
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
  }

  async run(spec: StepSpec): Promise<StepResult | null> {
    const { program, folder, workspace, inputs, runId, machine } = spec;
    this.#current = spec;
    const runnerTemp = join(folder, 'temp');
    const run = await runAction({
      action: ACTIONS[program],
      workspace,
      runnerTemp,
      inputs: { ...inputs, 'api-url': this.#urls.linkedin },
      env: { GITHUB_API_URL: this.#urls.github, GITHUB_RUN_ID: runId },
      onStart: (send) => {
        void machine.died.then(() => send('SIGKILL'));
        machine.signal.addEventListener('abort', () => send('SIGINT'));
      },
    });
    if (machine.isDead) return null;
    const files = filesBelow(runnerTemp);
    const log = run.rawLog.filter((line) => !line.startsWith('::add-mask::')).join('\n');
    const errors = run.annotations.filter(({ level }) => level === 'error');
    return {
      exitCode: run.exitCode ?? 1,
      outputs: run.outputs,
      texts: new Map([...files, ['log', log]]),
      errors: errors.map(({ title = '', message }) => `${title}: ${message}`),
    };
  }

  async #listen(service: Service): Promise<string> {
    const server = createServer((request, response) => void this.#serve(service, { request, response }));
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async #serve(
    service: Service,
    { request, response }: { request: IncomingMessage; response: ServerResponse },
  ): Promise<void> {
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
    const { method = '', url: path = '' } = request;
    if (this.#current === null) return void response.destroy();
    const { world, machine } = this.#current;
    try {
      const sent = { method, path, headers, body: request, origin: this.#urls[service] };
      send(await world.carry(sent, { machine, service }), response);
    } catch {
      request.socket.destroy();
    }
  }
}

function send({ status, headers, body, isCut = false, onDelivered }: Answer, response: ServerResponse): void {
  const bytes = Buffer.from(body as string);
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  if (isCut) {
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
    return;
  }
  response.end(bytes, () => onDelivered?.());
}
