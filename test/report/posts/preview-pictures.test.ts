// The pictures of a preview: arranged as on LinkedIn, and no name or text in them becomes markup or part of a URL.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PreviewPicture, renderPictures } from '../../../src/report/posts/preview-pictures.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { hostileText } from '../../support/hostile-names.ts';

const URL = 'https://github.com/octocat/media/blob/0123/media/a.png';

function picture(changes: Partial<PreviewPicture> = {}): PreviewPicture {
  return {
    file: 'media/a.png',
    url: URL,
    alt: 'The dashboard',
    size: { width: 1600, height: 900 },
    ...changes,
  };
}

const widthsOf = (html: string) =>
  html.split('<br>').map((row) => [...row.matchAll(/width="(\d+)"/g)].map(([, width]) => Number(width)));

describe('renderPictures', () => {
  it('a picture is shown with its alternative text, and links to its file', () => {
    expect(renderPictures([picture()])).toBe(
      `<p>\n<a href="${URL}"><img src="${URL}?raw=true" alt="The dashboard" width="400"></a>\n</p>`,
    );
  });

  it('a picture is never shown larger than it is', () => {
    expect(widthsOf(renderPictures([picture({ size: { width: 120, height: 60 } })]))).toEqual([[120]]);
  });

  it('a picture without alternative text has its name', () => {
    expect(renderPictures([picture({ alt: null })])).toContain('alt="media/a.png"');
  });

  it.each([
    [1, [[400]]],
    [2, [[157, 157]]],
    [3, [[320], [157, 157]]],
    [4, [[320], [103, 103, 103]]],
    [
      5,
      [
        [157, 157],
        [103, 103, 103],
      ],
    ],
    [
      9,
      [
        [157, 157],
        [103, 103, 103],
      ],
    ],
  ])('%i pictures are arranged as on LinkedIn', (count, widths) => {
    expect(widthsOf(renderPictures(Array.from({ length: count }, () => picture())))).toEqual(widths);
  });

  it('pictures of one row have one height, of at most 400 pixels', () => {
    const [wide, tall] = [picture(), picture({ size: { width: 600, height: 1200 } })];
    const [[left = 0, right = 0] = []] = widthsOf(renderPictures([wide, tall]));
    expect([left + right, Math.round((left * 900) / 1600 / right)]).toEqual([314, 2]);
    expect(widthsOf(renderPictures([tall]))).toEqual([[200]]);
    expect(widthsOf(renderPictures([picture({ size: null }), wide]))).toEqual([[113, 201]]);
  });

  it('the pictures that LinkedIn does not show are counted', () => {
    expect(renderPictures(Array.from({ length: 9 }, () => picture()))).toContain('<b>+4</b>');
    expect(renderPictures(Array.from({ length: 5 }, () => picture()))).not.toContain('<b>');
  });

  it('no alternative text and no name becomes markup', () => {
    const property = fc.property(hostileText, fc.boolean(), (text, isName) => {
      const html = renderPictures([picture(isName ? { file: text, alt: null } : { alt: text })]);
      const [, alt] =
        /^<p>\n<a href="[^"<>]*"><img src="[^"<>]*" alt="([^"<>]*)" width="400"><\/a>\n<\/p>$/.exec(html) ??
        [];
      expect(alt).toBeDefined();
      expect(html.split('\n')).toHaveLength(3);
    });
    fc.assert(property, fuzzed());
  });
});
