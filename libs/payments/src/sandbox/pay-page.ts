import { type Html, formatMoney, html, raw } from '#kernel';
import { type Charge, PAYMENT_METHODS, type PaymentMethod } from './sandbox-charges.js';
import { page } from '../page.js';

const METHOD_WORDS: Record<PaymentMethod, string> = {
  card: 'Card',
  'bank-transfer': 'Bank transfer (takes some seconds)',
  wallet: 'Wallet',
};

const OUTCOME = {
  SUCCEEDED: 'Paid. You can close this page: your tickets are on their way.',
  PROCESSING: 'The transfer is on its way. You can close this page.',
  DECLINED: 'Declined. Nothing was taken; go back and check out again.',
  VOIDED: 'This payment has ended. Nothing was taken; go back and check out again.',
};

/** The page on which the passenger pays. It works without scripts. */
export function payPage(charge: Charge): string {
  const amount = formatMoney(charge);
  return page(
    `Pay ${amount}`,
    html`<div class="card">
      <small>Sandbox gateway · no real money</small>
      <h1>${amount}</h1>
      <p>${charge.description}</p>
      ${charge.state === 'OPEN' ? choices(amount) : html`<p role="status"><strong>${OUTCOME[charge.state]}</strong></p>`}
      <p><small><a href="/sandbox/charges/${charge.id}">Control panel</a></small></p>
    </div>`,
    'pay',
  );
}

function choices(amount: string): Html {
  return html`<form method="post">
    <fieldset>
      <legend>Pay with</legend>
      ${PAYMENT_METHODS.map(
        (method) =>
          html`<label
            ><input type="radio" name="method" value="${method}" ${raw(method === 'card' ? 'checked' : '')} />
            ${METHOD_WORDS[method]}</label
          >`,
      )}
    </fieldset>
    <button class="main" name="outcome" value="pay">Pay ${amount}</button>
    <button name="outcome" value="decline">Decline</button>
  </form>`;
}
