// The licences of the packages in both programs, as one text.

import { expect, it } from 'vitest';
import { mergeLicenses } from '../../scripts/build.ts';

it('each package is listed once, in the order of their names', () => {
  const zod = 'zod\nMIT\nMIT License\n\nCopyright (c) Colin\n\n';
  const core = '@actions/core\nMIT\nThe MIT License (MIT)\n\nCopyright GitHub\n';
  const yaml = 'yaml\nISC\nCopyright Eemeli\n';
  expect(mergeLicenses([`${core}\n\n${zod}`, `${core}\n\n${yaml}\n\n${zod}`])).toBe(
    [core.trimEnd(), yaml.trimEnd(), zod.trimEnd()].join('\n\n'),
  );
});
