// Reads the output of a step line by line, executes its workflow commands, and keeps the displayed lines.

import { isAbsolute, relative, sep } from 'node:path';
import { parseCommand, type WorkflowCommand } from './workflow-commands.ts';

const LABELS = { error: 'Error', warning: 'Warning', notice: 'Notice' } as const;

export type AnnotationLevel = keyof typeof LABELS;

export interface Annotation {
  readonly level: AnnotationLevel;
  readonly message: string;
  readonly title?: string;
  /** Relative to the workspace, with `/`. */
  readonly file?: string;
  readonly line?: number;
}

interface LogSettings {
  readonly workspace: string;
  /** Step debugging: the log has `debug` lines too. */
  readonly debug: boolean;
}

export class StepLog {
  readonly raw: string[] = [];
  readonly seen: string[] = [];
  readonly annotations: Annotation[] = [];
  /** True after a forged command, which fails the step. */
  failed = false;
  /** Each masked value, and its lines. */
  readonly masks = new Set<string>();
  readonly #settings: LogSettings;

  constructor(settings: LogSettings) {
    this.#settings = settings;
  }

  /** Returns the lines that are displayed for this one. */
  take(line: string): string[] {
    this.raw.push(line);
    const before = this.seen.length;
    const command = parseCommand(line);
    if (command === null) this.#print(line);
    else this.#execute(command);
    return this.seen.slice(before);
  }

  #execute(command: WorkflowCommand): void {
    const { name, data } = command;
    switch (name) {
      case 'add-mask':
        this.mask(data);
        break;
      case 'debug':
        if (this.#settings.debug) this.#print(`##[debug]${data}`);
        break;
      case 'error':
      case 'warning':
      case 'notice':
        this.#annotate(name, command);
        break;
      case 'group':
        this.#print(`▾ ${data}`);
        break;
      case 'endgroup':
        break;
      default:
        // The action prints no other: a line with one was forged by a text of others.
        this.failed = true;
        this.#annotate('error', { data: `The action printed the command ${name}` });
    }
  }

  #print(text: string): void {
    this.seen.push(...this.#hide(text).split(/\r\n|\r|\n/));
  }

  #annotate(level: AnnotationLevel, { data = '', properties = {} }: Partial<WorkflowCommand>): void {
    const { title, file, line } = properties;
    this.#print(`${LABELS[level]}: ${data}`);
    this.annotations.push({
      level,
      message: this.#hide(data),
      ...(title !== undefined && { title: this.#hide(title) }),
      ...(file !== undefined && { file: this.#hide(this.#inWorkspace(file)) }),
      ...(line !== undefined && { line: Number(line) }),
    });
  }

  /** Blank text masks nothing. */
  mask(value: string): void {
    if (value.trim() === '') this.#annotate('warning', { data: 'add-mask was given nothing to hide' });
    const lines = [value, ...value.split(/\r\n|\r|\n/).map((line) => line.trim())];
    for (const line of lines) if (line.trim() !== '') this.masks.add(line);
  }

  #hide(text: string): string {
    const longestFirst = [...this.masks].sort((a, b) => b.length - a.length);
    return longestFirst.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  }

  #inWorkspace(file: string): string {
    const path = isAbsolute(file) ? relative(this.#settings.workspace, file) : file;
    return path.split(sep).join('/');
  }
}
