// The script of the page. It runs in the browser, from its own source text, so it uses nothing outside the function.

interface Item {
  hidden: boolean;
  textContent: string | null;
  value: string;
  readonly dataset: { readonly state?: string; readonly name?: string; readonly copy?: string };
  readonly previousElementSibling: Item | null;
  addEventListener(event: string, listener: (event: { preventDefault(): void; target: Item }) => void): void;
}

interface Page {
  getElementById(id: string): Item | null;
  querySelectorAll(selector: string): Iterable<Item>;
  addEventListener: Item['addEventListener'];
  getSelection(): { selectAllChildren(item: Item): void } | null;
  execCommand(name: string): boolean;
}

interface Browser {
  readonly clipboard?: { writeText(text: string): Promise<void> };
}

/** Filters the cards by state and name, and copies URNs. Without it, the page shows all cards. */
export function runPage(page: Page, browser: Browser): void {
  const cards = [...page.querySelectorAll('#cards > li')];
  const form = page.getElementById('filter');
  const state = page.getElementById('state');
  const name = page.getElementById('name');
  const count = page.getElementById('count');

  function filter() {
    const text = name?.value.trim().toLowerCase() ?? '';
    for (const card of cards) {
      const hasState = state?.value === '' || card.dataset.state === state?.value;
      card.hidden = !(hasState && card.dataset.name?.includes(text));
    }
    const shown = cards.filter(({ hidden }) => !hidden).length;
    if (count !== null)
      count.textContent = `${shown.toLocaleString('en')} of ${cards.length.toLocaleString('en')} ${cards.length === 1 ? 'file' : 'files'}`;
  }

  async function copy(button: Item) {
    try {
      await browser.clipboard?.writeText(button.dataset.copy ?? '');
      if (browser.clipboard === undefined) throw new Error('no clipboard');
    } catch {
      const code = button.previousElementSibling;
      if (code !== null) page.getSelection()?.selectAllChildren(code);
      page.execCommand('copy');
    }
    button.textContent = 'Copied';
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 2000);
  }

  form?.addEventListener('submit', (event) => event.preventDefault());
  form?.addEventListener('input', filter);
  page.addEventListener('click', ({ target }) => {
    if (target.dataset?.copy !== undefined) void copy(target);
  });
  if (form !== null) filter();
}
