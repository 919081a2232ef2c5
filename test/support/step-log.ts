// Reads the output of a step line by line, executes its workflow commands, and keeps the displayed lines.

import { isAbsolute, relative, sep } from 'node:path';
import type { Masks } from './masks.ts';
import { parseCommand, type WorkflowCommand } from './workflow-commands.ts';

export type AnnotationLevel = 'error' | 'warning' | 'notice';

export interface Annotation {
  readonly level: AnnotationLevel;
  readonly message: string;
  readonly title?: string;
  /** Relative to the workspace, with `/`. */
  readonly file?: string;
  readonly line?: number;
}

interface LogSettings {
  readonly masks: Masks;
  readonly workspace: string;
  /** Step debugging: the log has `debug` lines too. */
  readonly debug: boolean;
  /** Called at once with each displayed line. */
  readonly onLine?: ((line: string) => void) | undefined;
}

const ANNOTATIONS_PER_LEVEL = 10;
const MESSAGE_LIMIT = 4096;
const LABELS = { error: 'Error', warning: 'Warning', notice: 'Notice' } as const;

/** The effect of each command that the action prints. */
const COMMANDS: Readonly<Record<string, (log: StepLog, command: WorkflowCommand) => void>> = {
  'add-mask': (log, { data }) => log.mask(data),
  debug: (log, { data }) => log.addDebug(data),
  error: (log, command) => log.annotate('error', command),
  warning: (log, command) => log.annotate('warning', command),
  notice: (log, command) => log.annotate('notice', command),
  group: (log, { data }) => log.print(`▾ ${data}`),
  endgroup: () => {},
};
/** The action never prints these: a line with one was forged by a text of others. */
const FORGED = ['set-output', 'save-state', 'set-env', 'add-path', 'stop-commands', 'add-matcher', 'echo'];
const KNOWN: ReadonlySet<string> = new Set([...Object.keys(COMMANDS), ...FORGED]);

export class StepLog {
  readonly raw: string[] = [];
  readonly seen: string[] = [];
  readonly debug: string[] = [];
  readonly annotations: Annotation[] = [];
  /** True after a forged command, which fails the step. */
  failed = false;
  readonly #settings: LogSettings;

  constructor(settings: LogSettings) {
    this.#settings = settings;
  }

  take(line: string): void {
    this.raw.push(line);
    const command = parseCommand(line, KNOWN);
    if (command === null) this.print(line);
    else if (FORGED.includes(command.name)) this.#reject(command.name);
    else COMMANDS[command.name]?.(this, command);
  }

  print(text: string): void {
    for (const line of this.#settings.masks.apply(text).split(/\r\n|\r|\n/)) {
      this.seen.push(line);
      this.#settings.onLine?.(line);
    }
  }

  /** After ten of a level it is only a line of the log. */
  annotate(level: AnnotationLevel, { data, properties = {} }: Partial<WorkflowCommand>): void {
    const hide = (text: string) => this.#settings.masks.apply(text);
    const { title, file, line } = properties;
    this.print(`${LABELS[level]}: ${data ?? ''}`);
    if (this.annotations.filter((each) => each.level === level).length >= ANNOTATIONS_PER_LEVEL) return;
    this.annotations.push({
      level,
      message: hide(data ?? '').slice(0, MESSAGE_LIMIT),
      ...(title !== undefined && { title: hide(title) }),
      ...(file !== undefined && { file: hide(this.#inWorkspace(file)) }),
      ...(line !== undefined && { line: Number(line) }),
    });
  }

  mask(value: string): void {
    if (value.trim() === '') this.annotate('warning', { data: 'add-mask was given nothing to hide' });
    this.#settings.masks.add(value);
  }

  addDebug(message: string): void {
    this.debug.push(this.#settings.masks.apply(message));
    if (this.#settings.debug) this.print(`##[debug]${message}`);
  }

  #reject(command: string): void {
    this.annotate('error', { data: `The action printed the command ${command}` });
    this.failed = true;
  }

  #inWorkspace(file: string): string {
    const path = isAbsolute(file) ? relative(this.#settings.workspace, file) : file;
    return path.split(sep).join('/');
  }
}
