import { type Html, formatMoney, html, raw } from '#kernel';
import type { Charge } from './sandbox-charges.js';
import { MODE_WORDS, type SandboxMode } from './sandbox-modes.js';
import { badge, page } from '../page.js';

/** The panel: how charges behave from now on, and the newest charges. */
export function panelPage(mode: SandboxMode, charges: Charge[]): string {
  return page(
    'Sandbox gateway',
    html`<header>
        <h1>Sandbox gateway</h1>
        <span class="quiet">No real money. What is set here holds for charges that are opened from now on.</span>
      </header>
      <section class="card">
        <h2>From now on</h2>
        ${modeForm('/sandbox/mode', mode)}
        <form class="row" method="post" action="/sandbox/release">
          <button name="order" value="oldest-first">Release all webhooks that are held back</button>
          <button name="order" value="newest-first">… newest first</button>
        </form>
      </section>
      <section class="card">
        <h2>Charges</h2>
        ${charges.length === 0 ? html`<p class="quiet">None yet: check out an order.</p>` : table(charges)}
      </section>`,
  );
}

/** The form for a mode, of one charge or of those that come. */
export function modeForm(action: string, mode: SandboxMode): Html {
  return html`<form class="row" method="post" action="${action}">
    <label>Webhooks ${choice('webhooks', mode)}</label>
    <label
      >Delayed by seconds <input type="number" name="delaySeconds" min="0" max="86400" value="${mode.delaySeconds}"
    /></label>
    <label>What comes in ${choice('capture', mode)}</label>
    <label>Refunds ${choice('refunds', mode)}</label>
    <button class="main">Set</button>
  </form>`;
}

function choice(field: keyof typeof MODE_WORDS, mode: SandboxMode): Html {
  return html`<select name="${field}">
    ${Object.entries(MODE_WORDS[field]).map(
      ([value, words]) =>
        html`<option value="${value}" ${raw(mode[field] === value ? 'selected' : '')}>${words}</option>`,
    )}
  </select>`;
}

function table(charges: Charge[]): Html {
  return html`<table>
    <thead>
      <tr>
        <th>Charge</th>
        <th>Opened (UTC)</th>
        <th class="number">Asked for</th>
        <th class="number">Came in</th>
        <th class="number">Went back</th>
        <th>State</th>
      </tr>
    </thead>
    <tbody>
      ${charges.map(
        (charge) =>
          html`<tr>
            <td><a href="/sandbox/charges/${charge.id}">${charge.description}</a></td>
            <td>${charge.createdAt.toISOString().replace('T', ' ').slice(0, 19)}</td>
            <td class="number">${formatMoney(charge)}</td>
            <td class="number">${captured(charge)}</td>
            <td class="number">${refunded(charge)}</td>
            <td>${states(charge)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** What came in, as a person reads it. */
export function captured({ capturedMinor, capturedCurrency }: Charge): string {
  return capturedCurrency === null ? '–' : formatMoney({ amountMinor: capturedMinor, currency: capturedCurrency });
}

/** What went back or is on its way, as a person reads it. */
export function refunded({ refundedMinor, capturedCurrency }: Charge): string {
  return refundedMinor === 0 || capturedCurrency === null
    ? '–'
    : formatMoney({ amountMinor: refundedMinor, currency: capturedCurrency });
}

/** The state of a charge and of its dispute. */
export function states({ state, dispute }: Charge): Html {
  const words = `dispute ${dispute?.toLowerCase()}`;
  return html`${badge(state)} ${dispute && badge(dispute, words, dispute === 'OPEN' ? 'soon' : undefined)}`;
}
