import { type Html, html, raw } from '#kernel';

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; background: #eef1f5; color: #16202e; margin: 0 }
  body.pay { display: grid; place-items: center; min-height: 100vh }
  main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 3rem }
  .card { background: #fff; border-radius: 12px; box-shadow: 0 1px 4px #16202e1f; padding: 1.25rem 1.5rem; margin: 1rem 0; overflow-x: auto }
  .pay .card { box-shadow: 0 6px 24px #16202e22; padding: 2rem; width: min(24rem, 90vw); box-sizing: border-box }
  small, .quiet { color: #5b6878 } a { color: #0b6b4f } h1 { font-size: 1.6rem; margin: 0 } h2 { font-size: 1rem; margin: 0 0 .75rem }
  .pay h1 { font-size: 2rem; margin: .25rem 0 } .pay p { margin: .25rem 0 1.25rem }
  button { font: inherit; padding: .45rem .9rem; border-radius: 8px; border: 1px solid #16202e33; background: #fff; color: inherit; cursor: pointer }
  button:hover, button:focus-visible { border-color: #0b6b4f } button.main { background: #0b6b4f; border-color: #0b6b4f; color: #fff; font-weight: 600 }
  .pay button { width: 100%; padding: .75rem; margin-top: .5rem }
  fieldset { border: 0; margin: 0 0 1rem; padding: 0; display: grid; gap: .35rem } legend { padding: 0; font-weight: 600 }
  form.row { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: end; margin: 0 0 .75rem } form.row:last-child { margin-bottom: 0 }
  form.row > label { display: grid; gap: .15rem; font-size: .85rem; color: #5b6878 } td form { margin: 0 }
  select { max-width: 14rem } .pay p:last-child { margin-bottom: 0 }
  select, input:not([type=radio]) { font: inherit; color: #16202e; padding: .4rem .5rem; border-radius: 8px; border: 1px solid #16202e33; background: #fff } input[type=number] { width: 8rem } input.code { width: 4rem }
  table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .5rem .75rem .5rem 0; vertical-align: middle }
  th { font-size: .8rem; font-weight: 600; color: #5b6878 } tbody tr { border-top: 1px solid #e3e8ef } .number { text-align: right; white-space: nowrap }
  .state { display: inline-block; padding: 0 .6rem; border-radius: 99px; font-size: .8rem; font-weight: 600; background: #e3e8ef; color: #3d4a5c; white-space: nowrap }
  .good { background: #d5efe4; color: #0a5a43 } .bad { background: #fbe0dd; color: #93231a } .soon { background: #fdeecb; color: #7a5300 }
  header { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center } header .quiet { flex-basis: 100% }
`;

/** No scripts, nothing from elsewhere, and forms that only come back here. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** A whole page. @param kind `pay`: a card in the middle of the window */
export function page(title: string, content: Html, kind = ''): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body class="${kind}">
        <main>${content}</main>
      </body>
    </html>`.markup;
}

const MOODS: Record<string, string> = {
  SUCCEEDED: 'good',
  WON: 'good',
  DECLINED: 'bad',
  FAILED: 'bad',
  LOST: 'bad',
  PROCESSING: 'soon',
  PENDING: 'soon',
  DELAYED: 'soon',
  HELD: 'soon',
};

/** A state as a coloured word. @param mood `good`, `bad`, `soon`, or the usual one of this state */
export function badge(state: string, words = state.toLowerCase(), mood = MOODS[state] ?? ''): Html {
  return html`<span class="state ${mood}">${words}</span>`;
}
