// Builds SubRip captions (.srt) in memory. It shares no code with the parser under test.

/** Captions with `cues` cues of one second each. */
export function srt(cues = 1): string {
  return Array.from({ length: cues }, (_, index) => {
    const [from, to] = [index, index + 1].map(timeOf);
    return `${index + 1}\n${from} --> ${to}\nLine ${index + 1}\n`;
  }).join('\n');
}

function timeOf(second: number): string {
  const clock = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60];
  return `${clock.map((part) => String(part).padStart(2, '0')).join(':')},000`;
}
