import { type Html, formatMoney, html } from '#kernel';
import { captured, modeForm, refunded, states } from './panel-page.js';
import type { Charge } from './sandbox-charges.js';
import type { SandboxEvent } from './sandbox-events.js';
import { badge, page } from '../page.js';
import type { SandboxRefund } from './sandbox-refunds.js';

/** Everything that can be done to one charge, what happened to it, and what the merchant was told. */
export function chargePage(charge: Charge, refunds: SandboxRefund[], events: SandboxEvent[]): string {
  return page(
    `${formatMoney(charge)} · sandbox gateway`,
    html`<p><a href="/sandbox">All charges</a></p>
      <header>
        <h1>${formatMoney(charge)}</h1>
        ${states(charge)}
        <span class="quiet"
          >${charge.description} · came in: ${captured(charge)} · went back: ${refunded(charge)} ·
          ${charge.method ?? html`<a href="/sandbox/pay/${charge.id}">pay page</a>`}</span
        >
      </header>
      <section class="card">
        <h2>What happens now</h2>
        ${actions(charge)}
      </section>
      <section class="card">
        <h2>How this charge behaves</h2>
        ${modeForm(`/sandbox/charges/${charge.id}/mode`, charge.mode)}
      </section>
      <section class="card">
        <h2>Webhooks</h2>
        ${events.length === 0 ? html`<p class="quiet">Nothing has happened yet.</p>` : eventTable(charge, events)}
      </section>
      ${
        refunds.length > 0 &&
        html`<section class="card">
          <h2>Refunds</h2>
          ${refundTable(charge, refunds)}
        </section>`
      }`,
  );
}

function actions(charge: Charge): Html {
  const { state, dispute } = charge;
  const canCome = state === 'OPEN' || state === 'PROCESSING' || state === 'DECLINED';
  const buttons = [
    canCome && action('succeed', 'Succeed', 'main'),
    (state === 'OPEN' || state === 'PROCESSING') && action('decline', 'Decline'),
    (state === 'OPEN' || state === 'DECLINED') && action('void', 'Void'),
    state === 'SUCCEEDED' &&
      dispute === null &&
      charge.capturedMinor > charge.refundedMinor &&
      action('dispute', 'Dispute'),
    dispute === 'OPEN' && action('win-dispute', 'The merchant wins the dispute', 'main'),
    dispute === 'OPEN' && action('lose-dispute', 'The merchant loses the dispute'),
  ];
  const place = `/sandbox/charges/${charge.id}`;
  return html`${buttons.some(Boolean) && html`<form class="row" method="post" action="${place}">${buttons}</form>`}
  ${
    state === 'VOIDED'
      ? html`<p class="quiet">Void: nothing can come in any more.</p>`
      : html`<form class="row" method="post" action="${place}">
          <label
            >Another amount, in minor units
            <input type="number" name="amountMinor" min="1" max="1000000000" value="${charge.amountMinor}"
          /></label>
          <label
            >Currency
            <input
              class="code"
              name="currency"
              value="${charge.capturedCurrency ?? charge.currency}"
              pattern="[A-Z]{3}"
              required
          /></label>
          ${action('capture', state === 'SUCCEEDED' ? 'Comes in as well' : 'Comes in')}
        </form>`
  }`;
}

function action(name: string, words: string, kind = ''): Html {
  return html`<button class="${kind}" name="action" value="${name}">${words}</button>`;
}

const FATES: Record<SandboxEvent['fate'], string> = {
  SENT: 'sent',
  DELAYED: 'delayed',
  HELD: 'held back',
  UNTOLD: 'never sent',
};

function eventTable({ id }: Charge, events: SandboxEvent[]): Html {
  return html`<form class="row" method="post" action="/sandbox/charges/${id}">
      ${action('release', 'Release what is held back')} ${action('release-newest-first', '… newest first')}
      ${action('send-again', 'Send all again')} ${action('send-newest-first', '… newest first')}
    </form>
    <table>
      <thead>
        <tr>
          <th>Event</th>
          <th>Happened (UTC)</th>
          <th class="number">Amount</th>
          <th></th>
          <th>Answers</th>
          <th></th>
        </tr>
      </thead>
      <tbody>
        ${events.map(
          ({ id, payload, fate, deliveries, lastStatus }) =>
            html`<tr>
              <td>${payload.kind}</td>
              <td>${payload.occurredAt.replace('T', ' ').slice(0, 19)}</td>
              <td class="number">${formatMoney(payload)}</td>
              <td>${badge(fate, FATES[fate])}</td>
              <td>${deliveries === 0 ? '–' : `${deliveries} ×, last ${lastStatus}`}</td>
              <td>
                <form class="row" method="post" action="/sandbox/events/${id}">
                  <button name="times" value="1">Send</button> <button name="times" value="2">Twice</button>
                </form>
              </td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

function refundTable({ capturedCurrency }: Charge, refunds: SandboxRefund[]): Html {
  return html`<table>
    <thead>
      <tr>
        <th>Key</th>
        <th class="number">Amount</th>
        <th>State</th>
        <th></th>
      </tr>
    </thead>
    <tbody>
      ${refunds.map(
        ({ id, key, amountMinor, state }) =>
          html`<tr>
            <td>${key}</td>
            <td class="number">${formatMoney({ amountMinor, currency: capturedCurrency! })}</td>
            <td>${badge(state)}</td>
            <td>
              <form class="row" method="post" action="/sandbox/refunds/${id}">
                ${state === 'PENDING' && html`<button class="main" name="outcome" value="succeed">Succeed</button>`}
                ${
                  state !== 'FAILED' &&
                  html`<button name="outcome" value="fail">
                    ${state === 'PENDING' ? 'Fail' : 'The bank sends it back'}
                  </button>`
                }
              </form>
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
