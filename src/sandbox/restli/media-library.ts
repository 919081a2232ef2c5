// Validates the media library of an ad account, a field shared by the initialize calls of the Images and Videos APIs.
// The value is not stored: nothing in the sandbox depends on it.

import { fieldsOf, textMatching } from './fields.ts';

const ACCOUNT = /^urn:li:sponsoredAccount:\d+$/;

export function checkMediaLibrary(value: unknown, path: string): void {
  if (value === undefined) return;
  const fields = fieldsOf(value, path, { required: ['associatedAccount', 'assetName'] });
  textMatching(fields.associatedAccount, `${path}/associatedAccount`, ACCOUNT);
  textMatching(fields.assetName, `${path}/assetName`, /./);
}
