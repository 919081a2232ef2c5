// A logger that records its messages instead of writing them to stdout.

import type { AnnotationTarget, Logger } from '../../src/run.ts';

export type Level = 'info' | 'debug' | 'notice' | 'warning' | 'error' | 'mask';

export interface LogRecord {
  readonly level: Level;
  readonly text: string;
  readonly title?: string;
  readonly file?: string;
  readonly line?: number;
}

export interface RecordingLogger extends Logger {
  readonly records: readonly LogRecord[];
  texts(level: Level): string[];
}

export function recordingLogger(): RecordingLogger {
  const records: LogRecord[] = [];
  const keep =
    (level: Level) =>
    (text: string, { title, file, line }: AnnotationTarget = {}) =>
      void records.push({
        level,
        text,
        ...(title !== undefined && { title }),
        ...(file !== undefined && { file }),
        ...(line !== undefined && { line }),
      });
  return {
    records,
    texts: (level) => records.filter((one) => one.level === level).map(({ text }) => text),
    info: keep('info'),
    debug: keep('debug'),
    notice: keep('notice'),
    warning: keep('warning'),
    error: keep('error'),
    group: (_, work) => work(),
    mask: keep('mask'),
  };
}
