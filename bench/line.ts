// A line of 1 Gbit/s: a pair of virtual network cards between two network namespaces of the benchmark, limited by `tc`.
// Linux only, as root.

import { execFileSync } from 'node:child_process';
import type { Program } from './processes.ts';

// Servers listen on 127.0.0.1, and the action sends without TLS to a loopback address only. So both ends of the line have
// a loopback address, and the loopback cards of the namespaces stay off.
const ADDRESSES = { near: '127.0.0.2', far: '127.0.0.1' } as const;
type End = keyof typeof ADDRESSES;

// A queue of 20 ms, as in a router. The burst holds a few of the large packets that the kernel sends at once.
const LIMIT = 'root tbf rate 1gbit burst 256kb latency 20ms';

export class Line {
  readonly #names = {
    near: `linkedin-bench-${process.pid}-near`,
    far: `linkedin-bench-${process.pid}-far`,
  } as const;

  /** Null where the system has no `ip` and `tc`, or does not permit them. */
  static open(): Line | null {
    const line = new Line();
    try {
      line.#connect();
      return line;
    } catch {
      line.close();
      return null;
    }
  }

  /** The same program at one end of the line. */
  programAt(end: End, program: Program): Program {
    const args = ['netns', 'exec', this.#names[end], program.command, ...program.args];
    return { ...program, command: 'ip', args };
  }

  close(): void {
    for (const name of Object.values(this.#names)) {
      try {
        run('ip', `netns del ${name}`);
      } catch {
        // It does not exist.
      }
    }
  }

  #connect(): void {
    const { near, far } = this.#names;
    run('ip', `netns add ${near}`);
    run('ip', `netns add ${far}`);
    run('ip', `-n ${near} link add line type veth peer name line netns ${far}`);
    for (const end of ['near', 'far'] as const) {
      const name = this.#names[end];
      // Without it, the kernel drops packets with a loopback address that arrive over a card.
      run('ip', `netns exec ${name} sysctl -w net.ipv4.conf.all.route_localnet=1`);
      run('ip', `-n ${name} addr add ${ADDRESSES[end]}/8 dev line`);
      run('ip', `-n ${name} link set line up`);
    }
    run('tc', `-n ${near} qdisc add dev line ${LIMIT}`);
  }
}

function run(command: string, words: string): void {
  execFileSync(command, words.split(' '), { stdio: 'ignore' });
}
