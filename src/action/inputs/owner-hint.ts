// Suggests a valid `owner` for an invalid one: the URL of a page, its number or its name.
// Pure. The hint repeats only digits of the given text.

/** Completes the sentence "but takes …". */
export function expectedOwner(text: string): string {
  if (/^["'].*["']$/.test(text)) return 'a URN without quotes around it';
  const page = pageIdIn(text);
  if (page !== null) return `a URN, which for a page is urn:li:organization:${page}`;
  return /^urn:li:(?:company|organization):|linkedin\.com\/(?:company|showcase|school)\//.test(text)
    ? `the number of the page and not its name, as its admin view shows it: ${NUMBER}`
    : `a URN: urn:li:person:…, urn:li:sponsoredAccount:…, or of a page ${NUMBER}`;
}

const NUMBER = 'urn:li:organization:24141830 for linkedin.com/company/24141830/admin';

/** The page number in the text, or null. */
function pageIdIn(text: string): string | null {
  const [, number = null] =
    /^(?:urn:li:company:|organization:)?(\d{1,20})$/.exec(text) ?? PAGE_ADDRESS.exec(text) ?? [];
  return number;
}

const PAGE_ADDRESS =
  /^(?:https?:\/\/)?(?:www\.)?linkedin\.com\/(?:company|showcase|school)\/(\d{1,20})(?:[/?#]|$)/;
