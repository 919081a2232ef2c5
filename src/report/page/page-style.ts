// The style of the page: a grid of cards, in light and dark mode.

export const PAGE_STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --bad: #c62828; --good: #1b7f3b; --later: #0a66c2; --idle: #5f6368; --late: #9a5b00; --link: #0a66c2; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --good: #7ee2a0; --later: #70b5f9; --idle: #b0b5ba; --late: #f5b95f; --link: #70b5f9; } }
* { box-sizing: border-box; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 1280px; padding: 16px; }
h1 { font-size: 22px; margin: 0; }
body:has(article.post) { max-width: 672px; }
body:has(#cards > :only-child) { max-width: 512px; }
h2 { font-size: 14px; margin: 8px 0 4px; overflow-wrap: anywhere; }
a { color: var(--link); }
p { margin: 4px 0; }
#filter { align-items: center; background: Canvas; border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap;
  gap: 12px; padding: 8px 0; position: sticky; top: 0; z-index: 1; }
#filter input, #filter select, button { font: inherit; padding: 4px 8px; }
#cards { display: grid; gap: 12px; grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); list-style: none; margin: 12px 0;
  padding: 0; }
#cards > li { border: 1px solid var(--line); border-radius: 8px; display: flex; flex-direction: column;
  overflow: hidden; padding: 8px; }
#cards > li > :not(.urn) + .urn { margin-top: auto; }
#cards > li[hidden] { display: none; }
#cards > li.failed { border-color: var(--bad); }
.picture { aspect-ratio: 16 / 9; background: var(--soft); border-radius: 4px; overflow: hidden; position: relative; }
.picture img { display: block; height: 100%; object-fit: contain; width: 100%; }
.placeholder { align-items: center; display: flex; flex-direction: column; font-size: 14px; gap: 6px; justify-content: center; }
.document { fill: none; height: 44px; stroke: currentColor; stroke-linejoin: round; stroke-width: 1.5; }
.play { align-items: center; background: #000a; border-radius: 50%; color: #fff; display: flex; height: 44px; justify-content: center;
  width: 44px; }
.play::before { content: '▶'; }
img + .play { inset: 50% auto auto 50%; position: absolute; translate: -50% -50%; }
.state { color: var(--good); font-weight: 600; }
.failed .state, .error b { color: var(--bad); }
.state.scheduled { color: var(--later); }
.state.draft, .state.deferred, .state.other-owner { color: var(--idle); }
.state.expired, .warning { color: var(--late); }
.facts span { white-space: nowrap; }
details.error > summary { cursor: pointer; }
#cards details.error:not([open]) > summary { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.facts, .alt { font-size: 13px; opacity: .85; }
.alt, .error, .warning { font-size: 13px; overflow-wrap: anywhere; }
.urn { align-items: center; display: flex; flex-wrap: wrap; gap: 4px 8px; justify-content: space-between; }
code { white-space: pre-wrap; }
#cards details.error:not([open]) > summary code { white-space: inherit; }
.urn code { flex: 1; font-size: 12px; white-space: nowrap; }
.urn wbr { white-space: normal; }
.urn button { font-size: 12px; padding: 2px 6px; }
@media (max-width: 560px) {
  #filter input { width: 120px; }
  #cards:has(> :nth-child(2)) > li:not([hidden]) { column-gap: 10px; display: grid; grid-template-columns: 104px minmax(0, 1fr); }
  #cards:has(> :nth-child(2)) > li > * { grid-column: 2; }
  #cards:has(> :nth-child(2)) > li > .picture { aspect-ratio: 1; grid-column: 1; grid-row: 1 / span 9; place-self: start stretch; }
}
article.post.failed { border-color: var(--bad); }
article.post { border: 1px solid var(--line); border-radius: 8px; margin: 16px 0; padding: 12px 16px; }
.text { overflow-wrap: anywhere; white-space: pre-wrap; }
.live { color: var(--link); }
.grid { display: grid; gap: 4px; grid-template-columns: repeat(6, 1fr); margin: 8px 0; }
.grid .picture { aspect-ratio: 1; grid-column: span 2; }
.grid .picture img { object-fit: cover; }
.n2 .picture, .n3 .picture, .n5 .picture:nth-child(-n + 2) { grid-column: span 3; }
.n5 .picture:nth-child(5), .more { grid-area: 2 / 5 / auto / span 2; }
.more { background: #0009; border-radius: 4px; color: #fff; display: grid; font-size: 24px; place-items: center; z-index: 1; }
.n1 .picture, .n3 .picture:first-child, .n4 .picture:first-child { aspect-ratio: 16 / 9; grid-column: 1 / -1; }
.n1 .picture img { max-height: 480px; object-fit: contain; }
.n1 .picture:not(.placeholder) { aspect-ratio: auto; }
.link .picture { aspect-ratio: 1.91; border-radius: 0; }
.link .picture img { object-fit: cover; }
.files { font-size: 12px; margin: 8px 0; opacity: .85; overflow-wrap: anywhere; padding-left: 24px; }
.files li:only-child { list-style: none; margin-left: -24px; }
.link { border: 1px solid var(--line); border-radius: 4px; margin: 8px 0; overflow: hidden; }
.link p { margin: 4px 8px; }
.comment { border-top: 1px solid var(--line); margin-top: 8px; padding-top: 8px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
`;
