// Reads the output of a step line by line, executes its workflow commands, and keeps the displayed lines.

import { isAbsolute, relative, sep } from 'node:path';
import { parseCommand, type WorkflowCommand } from './workflow-commands.ts';

export type AnnotationLevel = 'error' | 'warning' | 'notice';

/** The commands that the action prints, and how the log shows them. */
const SHOWN: Readonly<Record<string, string>> = {
  error: 'Error: ',
  warning: 'Warning: ',
  notice: 'Notice: ',
  debug: '##[debug]',
  group: '▾ ',
};

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
    const command = parseCommand(line);
    if (command === null) return this.#print(line);
    const { name, data } = command;
    if (name === 'add-mask') this.mask(data);
    if (name === 'add-mask' || name === 'endgroup' || (name === 'debug' && !this.#settings.debug))
      return [];
    const prefix = SHOWN[name];
    if (prefix === undefined) {
      // A line with another command was forged by a text of others.
      this.failed = true;
      return this.#annotate('error', { data: `The action printed the command ${name}` });
    }
    if (name === 'debug' || name === 'group') return this.#print(prefix + data);
    return this.#annotate(name as AnnotationLevel, command);
  }

  #print(text: string): string[] {
    const shown = this.#hide(text).split(/\r\n|\r|\n/);
    this.seen.push(...shown);
    return shown;
  }

  #annotate(
    level: AnnotationLevel,
    { data = '', properties = {} }: Partial<WorkflowCommand>,
  ): string[] {
    const { title, file, line } = properties;
    const path =
      file !== undefined && isAbsolute(file) ? relative(this.#settings.workspace, file) : file;
    this.annotations.push({
      level,
      message: this.#hide(data),
      ...(title !== undefined && { title: this.#hide(title) }),
      ...(path !== undefined && { file: this.#hide(path.split(sep).join('/')) }),
      ...(line !== undefined && { line: Number(line) }),
    });
    return this.#print(SHOWN[level] + data);
  }

  /** Blank text masks nothing. */
  mask(value: string): void {
    if (value.trim() === '')
      this.#annotate('warning', { data: 'add-mask was given nothing to hide' });
    const lines = [value, ...value.split(/\r\n|\r|\n/).map((line) => line.trim())];
    for (const line of lines) if (line.trim() !== '') this.masks.add(line);
  }

  #hide(text: string): string {
    const longestFirst = [...this.masks].sort((a, b) => b.length - a.length);
    return longestFirst.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  }
}
