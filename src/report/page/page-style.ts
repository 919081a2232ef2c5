// The style of the page: a grid of cards, in light and dark mode.

export const PAGE_STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --bad: #c62828; --good: #1b7f3b; --later: #0a66c2; --idle: #5f6368; --late: #9a5b00; --link: #0a66c2; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --good: #7ee2a0; --later: #70b5f9; --idle: #b0b5ba; --late: #f5b95f; --link: #70b5f9; } }
* { box-sizing: border-box; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 1280px; padding: 16px; }
h1 { font-size: 22px; margin: 0; }
header:has(+ article.post) { margin: 0 auto; max-width: 640px; }
h2 { font-size: 14px; margin: 8px 0 4px; overflow-wrap: anywhere; }
a { color: var(--link); }
p { margin: 4px 0; }
#filter { align-items: center; background: Canvas; border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap;
  gap: 12px; padding: 8px 0; position: sticky; top: 0; z-index: 1; }
#filter input, #filter select, button { font: inherit; padding: 4px 8px; }
#cards { display: grid; gap: 12px; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); list-style: none; margin: 12px 0;
  padding: 0; }
#cards > li { border: 1px solid var(--line); border-radius: 8px; display: flex; flex-direction: column;
  overflow: hidden; padding: 8px; }
#cards > li > p:nth-last-of-type(1 of :not(.urn)) { margin-bottom: auto; }
#cards > li[hidden] { display: none; }
#cards > li.failed { border-color: var(--bad); }
#cards img, .placeholder { aspect-ratio: 16 / 9; background: var(--soft); border-radius: 4px; display: block; object-fit: contain;
  width: 100%; }
.placeholder { align-items: center; display: flex; font-size: 18px; justify-content: center; opacity: .8; }
.state { color: var(--good); font-weight: 600; }
.failed .state, .error b { color: var(--bad); }
.state.scheduled { color: var(--later); }
.state.draft, .state.deferred, .state.other-owner { color: var(--idle); }
.state.expired, .warning { color: var(--late); }
.facts span { white-space: nowrap; }
details.error > summary { cursor: pointer; }
#cards details.error:not([open]) > summary { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.video { position: relative; }
.video::after { align-items: center; background: #000a; border-radius: 50%; color: #fff; content: '▶'; display: flex; height: 48px;
  inset: 50% auto auto 50%; justify-content: center; position: absolute; translate: -50% -50%; width: 48px; }
.change { border: 1px solid var(--line); border-radius: 10px; font-size: 12px; padding: 0 8px; }
.facts, .alt { font-size: 13px; opacity: .85; }
.alt, .error, .warning { font-size: 13px; overflow-wrap: anywhere; }
.urn { align-items: center; display: flex; flex-wrap: wrap; gap: 4px 8px; justify-content: space-between; }
.urn code { flex: 1; font-size: 12px; overflow-wrap: break-word; }
article.post.failed { border-color: var(--bad); }
article.post { border: 1px solid var(--line); border-radius: 8px; margin: 16px auto; max-width: 640px; padding: 12px 16px; }
.text { overflow-wrap: anywhere; white-space: pre-wrap; }
.live { color: var(--link); }
.grid { display: grid; gap: 4px; grid-template-columns: repeat(6, 1fr); }
.grid figure { grid-column: span 2; }
.n2 figure, .n3 figure, .n5 figure:nth-child(-n + 2) { grid-column: span 3; }
.n1 figure, .n3 figure:first-child, .n4 figure:first-child { grid-column: 1 / -1; }
.grid:not(.n1) img, .grid:not(.n1) .placeholder { aspect-ratio: 1; height: 100%; object-fit: cover; }
.grid:not(.n1) figure:first-child:nth-last-child(odd):not(:nth-last-child(n + 5)) img { aspect-ratio: 16 / 9; }
.files { font-size: 12px; margin: 8px 0; opacity: .85; overflow-wrap: anywhere; padding-left: 24px; }
.grid figure, .link figure { margin: 0; }
.grid img, .link img { background: var(--soft); display: block; max-height: 360px; object-fit: contain; width: 100%; }
figcaption { font-size: 12px; opacity: .85; overflow-wrap: anywhere; }
.link { border: 1px solid var(--line); border-radius: 4px; margin: 8px 0; padding: 8px; }
.comment { border-top: 1px solid var(--line); margin-top: 8px; padding-top: 8px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
`;
