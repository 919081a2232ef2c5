// What to write as `owner`, for who wrote something else: the address of a page, its number, or its name.
// Pure, and shows no more than digits of what it was given.

/** Ends the sentence "but takes …". */
export function ownerExpected(text: string): string {
  const urn = ownerMeant(text);
  if (urn !== null) return `a URN, which for this is ${urn}`;
  return /^urn:li:(?:company|organization):|linkedin\.com\/(?:company|showcase|school)\//.test(text)
    ? `the number of the page and not its name, as its admin view shows it: ${NUMBER}`
    : `a URN: urn:li:person:…, urn:li:sponsoredAccount:…, or of a page ${NUMBER}`;
}

const NUMBER = 'urn:li:organization:24141830 for linkedin.com/company/24141830/admin';

/** Where the text leaves no doubt. */
function ownerMeant(text: string): string | null {
  const page = /^(?:urn:li:company:|organization:)?(\d+)$/.exec(text) ?? PAGE_ADDRESS.exec(text);
  if (page !== null) return `urn:li:organization:${page[1]}`;
  const [, quoted = null] = /^["'](urn:li:(?:organization|sponsoredAccount):\d+)["']$/.exec(text) ?? [];
  return quoted;
}

const PAGE_ADDRESS =
  /^(?:https?:\/\/)?(?:www\.)?linkedin\.com\/(?:company|showcase|school)\/(\d+)(?:[/?#]|$)/;
