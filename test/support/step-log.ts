// Reads the output of a step line by line, executes its workflow commands, and keeps the displayed lines.

import { isAbsolute, relative, sep } from 'node:path';
import type { Masks } from './masks.ts';
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
  readonly masks: Masks;
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
        this.#mask(data);
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
    this.seen.push(...this.#settings.masks.apply(text).split(/\r\n|\r|\n/));
  }

  #annotate(level: AnnotationLevel, { data = '', properties = {} }: Partial<WorkflowCommand>): void {
    const hide = (text: string) => this.#settings.masks.apply(text);
    const { title, file, line } = properties;
    this.#print(`${LABELS[level]}: ${data}`);
    this.annotations.push({
      level,
      message: hide(data),
      ...(title !== undefined && { title: hide(title) }),
      ...(file !== undefined && { file: hide(this.#inWorkspace(file)) }),
      ...(line !== undefined && { line: Number(line) }),
    });
  }

  #mask(value: string): void {
    if (value.trim() === '') this.#annotate('warning', { data: 'add-mask was given nothing to hide' });
    this.#settings.masks.add(value);
  }

  #inWorkspace(file: string): string {
    const path = isAbsolute(file) ? relative(this.#settings.workspace, file) : file;
    return path.split(sep).join('/');
  }
}
