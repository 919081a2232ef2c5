// A logger that records its messages instead of writing them to stdout.

import type { AnnotationTarget, Logger } from '../../src/report/log/logger.ts';

export type Level = 'info' | 'debug' | 'notice' | 'warning' | 'error' | 'mask';

export interface LogRecord extends AnnotationTarget {
  readonly level: Level;
  readonly text: string;
}

export interface RecordingLogger extends Logger {
  readonly records: readonly LogRecord[];
  texts(level: Level): string[];
}

export function recordingLogger(): RecordingLogger {
  const records: LogRecord[] = [];
  const keep = (level: Level) => (text: string, place?: AnnotationTarget) =>
    void records.push({ level, text, ...place });
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
