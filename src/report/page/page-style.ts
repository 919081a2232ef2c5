// The style of the page: a grid of cards, in light and dark mode.

export const PAGE_STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --bad: #c62828; --good: #1b7f3b; --link: #0a66c2; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --good: #7ee2a0; --link: #70b5f9; } }
* { box-sizing: border-box; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 1280px; padding: 16px; }
h1 { font-size: 22px; margin: 0; }
h2 { font-size: 14px; margin: 8px 0 4px; overflow-wrap: anywhere; }
a { color: var(--link); }
p { margin: 4px 0; }
#filter { align-items: center; background: Canvas; border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap;
  gap: 12px; padding: 8px 0; position: sticky; top: 0; z-index: 1; }
#filter input, #filter select, button { font: inherit; padding: 4px 8px; }
#cards { align-items: start; display: grid; gap: 12px; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); list-style: none; margin: 12px 0;
  padding: 0; }
#cards > li { border: 1px solid var(--line); border-radius: 8px;
  overflow: hidden; padding: 8px; }
#cards > li[hidden] { display: none; }
#cards > li.failed { border-color: var(--bad); }
#cards img, .placeholder { aspect-ratio: 16 / 9; background: var(--soft); border-radius: 4px; display: block; object-fit: contain;
  width: 100%; }
.placeholder { align-items: center; display: flex; font-size: 18px; justify-content: center; opacity: .8; }
.state { color: var(--good); font-weight: 600; }
.failed .state, .error b { color: var(--bad); }
.change { border: 1px solid var(--line); border-radius: 10px; font-size: 12px; padding: 0 8px; }
.facts, .alt { font-size: 13px; opacity: .85; }
.alt, .error { overflow-wrap: anywhere; }
.urn { align-items: center; display: flex; gap: 8px; justify-content: space-between; }
.urn code { font-size: 12px; overflow-wrap: anywhere; }
article.post.failed { border-color: var(--bad); }
.grid figure:not(:only-child) img { aspect-ratio: 4 / 3; }
article.post { border: 1px solid var(--line); border-radius: 8px; margin: 16px 0; max-width: 640px; padding: 12px 16px; }
.text { overflow-wrap: anywhere; white-space: pre-wrap; }
.live { color: var(--link); }
.grid { display: grid; gap: 4px; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); }
.grid figure, .link figure { margin: 0; }
.grid img, .link img { background: var(--soft); display: block; max-height: 360px; object-fit: contain; width: 100%; }
figcaption { font-size: 12px; opacity: .85; overflow-wrap: anywhere; }
.link { border: 1px solid var(--line); border-radius: 4px; margin: 8px 0; padding: 8px; }
.comment { border-top: 1px solid var(--line); margin-top: 8px; padding-top: 8px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
`;
