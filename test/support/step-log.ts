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

/** The effect of each command; commands without one are not printed either. */
const COMMANDS: Readonly<Record<string, (log: StepLog, command: WorkflowCommand) => void>> = {
  'add-mask': (log, { data }) => log.mask(data),
  debug: (log, { data }) => log.addDebug(data),
  error: (log, command) => log.annotate('error', command),
  warning: (log, command) => log.annotate('warning', command),
  notice: (log, command) => log.annotate('notice', command),
  group: (log, { data }) => log.print(`▾ ${data}`),
  endgroup: () => {},
  echo: () => {},
  'add-matcher': () => {},
  'remove-matcher': () => {},
  'set-output': (log, { properties, data }) => log.setOutput(properties.name, data),
  'save-state': () => {},
  'set-env': (log, { name }) => log.reject(name),
  'add-path': (log, { name }) => log.reject(name),
};

export class StepLog {
  readonly raw: string[] = [];
  readonly seen: string[] = [];
  readonly debug: string[] = [];
  readonly annotations: Annotation[] = [];
  /** From the deprecated `set-output` command, which text at the start of a line can still forge. */
  readonly outputs: Record<string, string> = {};
  /** True after a command that the runner rejects, which fails the step. */
  failed = false;
  #stopToken: string | null = null;
  readonly #known = new Set([...Object.keys(COMMANDS), 'stop-commands']);
  readonly #settings: LogSettings;

  constructor(settings: LogSettings) {
    this.#settings = settings;
  }

  take(line: string): void {
    this.raw.push(line);
    const command = parseCommand(line, this.#known);
    if (command === null || !this.#execute(command, line)) this.print(line);
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

  setOutput(name: string | undefined, value: string): void {
    if (name === undefined) this.reject('set-output');
    else this.outputs[name] = value;
  }

  reject(command: string): void {
    this.annotate('error', { data: `The runner does not execute the command ${command}` });
    this.failed = true;
  }

  /** False for ordinary text, which includes every line between `stop-commands` and its token. */
  #execute(command: WorkflowCommand, line: string): boolean {
    if (this.#stopToken !== null) {
      if (command.name !== this.#stopToken) return false;
      this.#known.delete(this.#stopToken);
      this.#stopToken = null;
      this.print(line);
    } else if (command.name === 'stop-commands') {
      this.#stopToken = command.data.toLowerCase();
      this.#known.add(this.#stopToken);
      this.print(line);
    } else {
      COMMANDS[command.name]?.(this, command);
    }
    return true;
  }

  #inWorkspace(file: string): string {
    const path = isAbsolute(file) ? relative(this.#settings.workspace, file) : file;
    return path.split(sep).join('/');
  }
}
