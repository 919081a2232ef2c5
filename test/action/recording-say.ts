// A Say that keeps what it was told, in place of stdout.

import { linesToMask, type Place, type Say } from '../../src/action/say.ts';

export type Level = 'info' | 'debug' | 'notice' | 'warning' | 'error' | 'mask';

export interface Said extends Place {
  readonly level: Level;
  readonly text: string;
}

export interface RecordingSay extends Say {
  readonly said: readonly Said[];
  texts(level: Level): string[];
}

export function recordingSay(): RecordingSay {
  const said: Said[] = [];
  const keep = (level: Level) => (text: string, place?: Place) => void said.push({ level, text, ...place });
  return {
    said,
    texts: (level) => said.filter((one) => one.level === level).map(({ text }) => text),
    info: keep('info'),
    debug: keep('debug'),
    notice: keep('notice'),
    warning: keep('warning'),
    error: keep('error'),
    mask: (secret) => linesToMask(secret).forEach((line) => void keep('mask')(line)),
  };
}
