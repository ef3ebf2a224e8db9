import { formatMoney, html } from '#kernel';
import type { Charge } from './sandbox-gateway.js';

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; background: #eef1f5; color: #16202e; display: grid; place-items: center; min-height: 100vh; margin: 0 }
  main { background: #fff; border-radius: 12px; box-shadow: 0 6px 24px #16202e22; padding: 2rem; width: min(24rem, 90vw); box-sizing: border-box }
  small { color: #5b6878 } h1 { font-size: 2rem; margin: .25rem 0 } p { margin: .25rem 0 1.25rem }
  button { font: inherit; width: 100%; padding: .75rem; border-radius: 8px; border: 1px solid #16202e33; background: #fff; margin-top: .5rem; cursor: pointer }
  button[value=pay] { background: #0b6b4f; border-color: #0b6b4f; color: #fff; font-weight: 600 }
`;

const OUTCOME = {
  SUCCEEDED: 'Paid. You can close this page: your tickets are on their way.',
  DECLINED: 'Declined. Nothing was taken; go back and check out again.',
};

/** The page on which the passenger pays. It works without scripts. */
export function payPage(charge: Charge): string {
  const amount = formatMoney(charge);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Pay ${amount}</title>
        <style>
          ${{ markup: STYLE }}
        </style>
      </head>
      <body>
        <main>
          <small>Sandbox gateway · no real money</small>
          <h1>${amount}</h1>
          <p>${charge.description}</p>
          ${
            charge.state === 'OPEN'
              ? html`<form method="post">
                  <button name="outcome" value="pay">Pay ${amount}</button>
                  <button name="outcome" value="decline">Decline</button>
                </form>`
              : html`<p role="status"><strong>${OUTCOME[charge.state]}</strong></p>`
          }
        </main>
      </body>
    </html>`.markup;
}
