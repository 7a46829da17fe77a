// How the toolbar looks: the admin app's colours, in a corner of a page that it knows nothing of.

export const STYLE: string = `
:host {
  all: initial;
  color-scheme: light dark;
  --surface: light-dark(#ffffff, #15202a);
  --sunken: light-dark(#f2f4f3, #0e161e);
  --hover: light-dark(#eff2f1, #1d2a36);
  --line: light-dark(#dde2e0, #2b3b4a);
  --line-strong: light-dark(#7d8a94, #6a7d8e);
  --ink: light-dark(#13202c, #e8eef3);
  --ink-2: light-dark(#3f4e5b, #bdc9d4);
  --ink-3: light-dark(#566572, #9aaab8);
  --accent: light-dark(#155a94, #82bdf2);
  --on: light-dark(#14704a, #67d3a5);
  --on-soft: light-dark(#e0f3ea, #12372a);
  --off: light-dark(#55636f, #a3b1bd);
  --off-soft: light-dark(#e9ecee, #24313d);
  --other-soft: light-dark(#e3eef7, #17324a);
  --held: light-dark(#7a4e00, #f0bd62);
  --held-soft: light-dark(#fbefd6, #3a2c10);
  --back: light-dark(#b0261c, #ff9a90);
  --gap: 16px;
  position: fixed;
  z-index: 2147483000;
  inset: auto var(--gap) var(--gap) auto;
  font: 400 14px/1.45 "Inter", "Segoe UI Variable Text", "Segoe UI", system-ui, -apple-system, "Helvetica Neue", "Noto Sans", "Liberation Sans", sans-serif;
  color: var(--ink);
  text-align: start;
}
:host([data-corner="bottom-left"]) { inset: auto auto var(--gap) var(--gap); }
:host([data-corner="top-right"]) { inset: var(--gap) var(--gap) auto auto; }
:host([data-corner="top-left"]) { inset: var(--gap) auto auto var(--gap); }
*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
h2, h3, p, ul, fieldset, legend { margin: 0; padding: 0; border: 0; font: inherit; list-style: none; min-inline-size: 0; }
button, input { font: inherit; color: inherit; margin: 0; }
button { background: none; border: 0; padding: 0; cursor: pointer; text-align: start; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.panel:focus { outline: none; }
code { font: 500 0.92em ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; overflow-wrap: anywhere; }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.opener {
  display: flex; align-items: center; justify-content: center; gap: 6px;
  min-inline-size: 40px; block-size: 40px; padding: 0 9px; border-radius: 20px;
  background: var(--surface); border: 1px solid var(--line); color: var(--accent);
  box-shadow: 0 1px 2px rgb(10 25 40 / 10%), 0 4px 14px rgb(10 25 40 / 14%);
  transition: transform 120ms ease-out, box-shadow 120ms ease-out;
}
.opener:hover { transform: translateY(-1px); box-shadow: 0 2px 4px rgb(10 25 40 / 12%), 0 8px 22px rgb(10 25 40 / 18%); }
.opener.overriding { border-color: var(--held); background: var(--held-soft); color: var(--held); padding-inline: 11px 13px; }
.mark { inline-size: 22px; block-size: 22px; }
.tail { fill: #f4b73f; }
.overriding .tail { fill: currentColor; opacity: 0.55; }
.count { font-weight: 650; font-variant-numeric: tabular-nums; }
.count:empty { display: none; }

.panel {
  position: absolute; inset: auto 0 calc(100% + 10px) auto;
  inline-size: min(420px, calc(100vw - 2 * var(--gap)));
  max-block-size: min(640px, calc(100vh - 2 * var(--gap) - 60px)); max-block-size: min(640px, calc(100dvh - 2 * var(--gap) - 60px));
  display: flex; flex-direction: column; overflow: hidden;
  background: var(--surface); border: 1px solid var(--line); border-radius: 12px;
  box-shadow: 0 2px 6px rgb(10 25 40 / 8%), 0 16px 48px rgb(10 25 40 / 22%);
}
:host([data-corner$="left"]) .panel { inset-inline: 0 auto; }
:host([data-corner^="top"]) .panel { inset-block: calc(100% + 10px) auto; }
header { display: grid; grid-template-columns: 1fr auto; align-items: center; padding: 14px 12px 12px 16px; }
h2 { font-size: 16px; font-weight: 650; letter-spacing: -0.005em; }
.state { grid-row: 2; color: var(--ink-3); font-size: 13px; }
.state[data-state="stale"], .state[data-state="error"] { color: var(--back); }
.close { grid-area: 1 / 2 / 3; inline-size: 36px; block-size: 36px; border-radius: 8px; position: relative; }
.close::before, .close::after { content: ""; position: absolute; inset: 17px 11px auto; block-size: 1.8px; border-radius: 1px; background: var(--ink-2); rotate: 45deg; }
.close::after { rotate: -45deg; }
.close:hover { background: var(--hover); }

.notice { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; padding: 9px 16px; background: var(--sunken); color: var(--ink-2); font-size: 13px; border-block: 1px solid var(--line); }
.notice p { flex: 1 1 12em; }
.notice.warm { background: var(--held-soft); color: var(--held); border-color: transparent; }
.actions { display: flex; gap: 6px; }
.actions button { padding: 5px 10px; border: 1px solid currentColor; border-radius: 6px; font-weight: 600; line-height: 1.3; }
.actions button:hover { background: var(--surface); }
.said { padding: 8px 16px; font-size: 13px; color: var(--ink-2); border-block-end: 1px solid var(--line); }
.said:empty { display: none; }
input[type="search"], .said input { display: block; inline-size: calc(100% - 32px); margin: 12px 16px 4px; padding: 7px 10px; background: var(--sunken); border: 1px solid var(--line-strong); border-radius: 7px; }
.said input { inline-size: 100%; margin: 0; }
input[type="search"]::placeholder { color: var(--ink-3); opacity: 1; }

.scroll { overflow: auto; overscroll-behavior: contain; padding-block: 4px 8px; }
.flags > li + li { border-block-start: 1px solid var(--line); }
.row { inline-size: 100%; display: grid; grid-template-columns: 1fr auto 16px; gap: 1px 10px; align-items: center; padding: 9px 16px; }
.row:hover { background: var(--hover); }
.row:focus-visible { outline-offset: -2px; }
.row::after { content: ""; grid-area: 1 / 3 / 3; inline-size: 7px; block-size: 7px; margin-inline-start: 4px; border: solid var(--ink-3); border-width: 0 1.6px 1.6px 0; rotate: 45deg; translate: 0 -2px; transition: rotate 120ms ease-out; }
.row[aria-expanded="true"]::after { rotate: 225deg; translate: 0 2px; }
.key { font-weight: 550; overflow-wrap: anywhere; }
.reason { grid-row: 2; color: var(--ink-3); font-size: 13px; overflow-wrap: anywhere; }
.chip { grid-area: 1 / 2 / 3; max-inline-size: 11em; padding: 2px 9px; border-radius: 99px; font-size: 13px; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; background: var(--other-soft); color: var(--accent); }
.chip[data-tone="on"] { background: var(--on-soft); color: var(--on); }
.chip[data-tone="off"] { background: var(--off-soft); color: var(--off); }
.chip[data-tone="none"] { background: none; color: var(--ink-3); font-weight: 500; padding-inline: 0; }
.overridden > h3 .row { box-shadow: inset 3px 0 0 var(--held); }
.overridden > h3 .reason { color: var(--held); font-weight: 550; }

.body { padding: 2px 16px 14px; display: grid; gap: 12px; font-size: 13px; color: var(--ink-2); }
fieldset { border: 1px solid var(--line); border-radius: 8px; padding: 4px; }
legend { padding: 0 6px; margin-inline-start: 4px; color: var(--ink-3); }
label { display: flex; align-items: baseline; gap: 8px; padding: 5px 8px; border-radius: 6px; cursor: pointer; }
label:hover { background: var(--hover); }
label:has(:checked) { background: var(--other-soft); color: var(--ink); }
input[type="radio"] { accent-color: var(--accent); translate: 0 2px; flex: none; }
b { font-weight: 600; }
b + code { margin-inline-start: 8px; color: var(--ink-3); }
.variants li { padding: 2px 0 2px 16px; position: relative; }
.variants li::before { content: ""; position: absolute; inset: 9px auto auto 2px; inline-size: 6px; block-size: 6px; border-radius: 50%; background: var(--line-strong); opacity: 0.5; }
.variants [aria-current]::before { background: var(--accent); opacity: 1; }
.why { display: grid; gap: 6px; min-block-size: 1.4em; }
.summary { color: var(--ink); }
.steps { display: grid; gap: 3px; }
.steps li { display: flex; gap: 8px; padding-inline-start: calc(var(--depth, 0) * 14px); overflow-wrap: anywhere; }
.sign { flex: none; inline-size: 1em; text-align: center; color: var(--ink-3); }
.holds > .sign { color: var(--on); font-weight: 700; }
.fails > .sign { color: var(--back); }
.quiet { color: var(--ink-3); }
.empty { padding: 16px; }

@media (max-width: 480px) {
  :host { --gap: 12px; }
  .panel { position: fixed; inset: auto 0 0 !important; inline-size: 100%; max-block-size: 82vh; max-block-size: 82dvh; border-radius: 16px 16px 0 0; border-width: 1px 0 0; padding-block-end: env(safe-area-inset-bottom); }
  .row { padding-block: 11px; }
  label { padding-block: 9px; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
@media (forced-colors: active) { .chip, .opener, label:has(:checked) { border: 1px solid; } }
@media print { :host { display: none; } }
`;
