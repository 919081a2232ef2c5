// The script of the page, which copies URNs. It runs in the browser, from its own source text, so it uses nothing outside the
// function.

interface Button {
  textContent: string | null;
  readonly dataset?: { readonly copy?: string };
}

interface Page {
  addEventListener(event: 'click', listener: (event: { readonly target: Button }) => void): void;
}

interface Browser {
  readonly clipboard?: { writeText(text: string): Promise<void> };
}

/** Where the browser does not let a page copy, the button asks to select the URN, for which a click is enough. */
export function copyOnClick(page: Page, browser: Browser): void {
  page.addEventListener('click', async ({ target }) => {
    const urn = target.dataset?.copy;
    if (urn === undefined) return;
    const isCopied = await browser.clipboard?.writeText(urn).then(
      () => true,
      () => false,
    );
    target.textContent = isCopied ? 'Copied' : 'Select it';
    setTimeout(() => {
      target.textContent = 'Copy';
    }, 2000);
  });
}
