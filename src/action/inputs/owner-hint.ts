// What to write as `owner`, for who wrote something else: the address of a page, its number, or its name.
// Pure, and shows no more than digits of what it was given.

/** Ends the sentence "but takes …". */
export function expectedOwner(text: string): string {
  if (/^["'].*["']$/.test(text)) return 'a URN without quotes around it';
  const page = pageIdIn(text);
  if (page !== null) return `a URN, which for a page is urn:li:organization:${page}`;
  return /^urn:li:(?:company|organization):|linkedin\.com\/(?:company|showcase|school)\//.test(text)
    ? `the number of the page and not its name, as its admin view shows it: ${NUMBER}`
    : `a URN: urn:li:person:…, urn:li:sponsoredAccount:…, or of a page ${NUMBER}`;
}

const NUMBER = 'urn:li:organization:24141830 for linkedin.com/company/24141830/admin';

/** The number of the page, where the text holds one. */
function pageIdIn(text: string): string | null {
  const [, number = null] =
    /^(?:urn:li:company:|organization:)?(\d{1,20})$/.exec(text) ?? PAGE_ADDRESS.exec(text) ?? [];
  return number;
}

const PAGE_ADDRESS =
  /^(?:https?:\/\/)?(?:www\.)?linkedin\.com\/(?:company|showcase|school)\/(\d{1,20})(?:[/?#]|$)/;
