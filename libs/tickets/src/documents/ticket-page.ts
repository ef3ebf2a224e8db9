import { type Html, type RefundTerms, formatMoney, html, localDate, localTime, raw } from '#kernel';
import { interFontFaces } from '#platform';
import { qrCode } from './qr-code.js';
import type { TicketDetails } from './ticket-details.service.js';
import { TICKET_STYLE } from './ticket-style.js';

/** Fonts and style that every ticket page shares. */
export function ticketHead(): Html {
  return raw(`<style>${interFontFaces()}${TICKET_STYLE}</style>`);
}

/**
 * One ticket as one page.
 * @param qrToken what the QR code says
 */
export function ticketPage(details: TicketDetails, qrToken: string): Html {
  const { ticket, organizationName, kind, title, orderNumber } = details;
  const price = formatMoney({ amountMinor: ticket.priceMinor, currency: ticket.currency });
  return html`<article class="ticket">
    <header>
      <div class="operator ${fit(organizationName, 40)}">${organizationName}</div>
      <div class="kind">${kind === 'TRIP' ? 'Coach ticket' : 'Admission ticket'}</div>
    </header>
    <p class="title ${fit(title, 110)}">${title}</p>
    <p class="date">${localDate(ticket.startsAt, ticket.timeZone)}</p>
    ${kind === 'TRIP' ? journey(details) : performance(details)}
    <section class="facts">
      <div class="seat">
        <span class="label">${ticket.areaId ? 'Area' : 'Seat'}</span>
        <div class="${fit(ticket.seatLabel, 4, 16)}">${ticket.seatLabel}</div>
      </div>
      <div>
        <div class="passenger">
          <span class="label">${kind === 'TRIP' ? 'Passenger' : 'Guest'}</span>
          <strong class="${fit(ticket.attendeeName, 38, 75)}">${ticket.attendeeName}</strong>
        </div>
        <div class="fare">
          <div>
            <span class="label">Fare</span><strong class="${fit(ticket.tierName, 30)}">${ticket.tierName}</strong>
          </div>
          <div><span class="label">Price</span><strong>${price}</strong></div>
        </div>
      </div>
    </section>
    <div class="tear"></div>
    <section class="check">
      <div class="qr">${qrCode(qrToken)}</div>
      <div class="numbers">
        <div class="label">Ticket</div>
        <div class="number">${ticket.number}</div>
        <div class="label">Order</div>
        <div class="number second">${orderNumber}</div>
        <p>
          Show this code ${kind === 'TRIP' ? 'to the driver' : 'at the door'}, on paper or on your phone. It lets one
          person in, once.
        </p>
      </div>
    </section>
    ${smallPrint(details)}
  </article>`;
}

const ARROW = raw(`<svg class="arrow" viewBox="0 0 24 24"><path d="M2 12h19M14 5l7 7-7 7" /></svg>`);

function journey({ ticket, endsTimeZone }: TicketDetails): Html {
  const nextDay = localDate(ticket.endsAt, endsTimeZone) !== localDate(ticket.startsAt, ticket.timeZone);
  const arrives = nextDay && html` <small>${localDate(ticket.endsAt, endsTimeZone)}</small>`;
  return html`<section class="journey">
    <div>
      <span class="label">From</span>
      <div class="time">${localTime(ticket.startsAt, ticket.timeZone)}</div>
      <div class="place ${fit(ticket.fromName, 40, 90)}">${ticket.fromName}</div>
    </div>
    <div><span class="label">&nbsp;</span>${ARROW}</div>
    <div>
      <span class="label">To</span>
      <div class="time">${localTime(ticket.endsAt, endsTimeZone)}${arrives}</div>
      <div class="place ${fit(ticket.toName ?? '', 40, 90)}">${ticket.toName}</div>
    </div>
  </section>`;
}

function performance({ ticket, address, endsTimeZone }: TicketDetails): Html {
  return html`<section class="journey event">
    <div>
      <span class="label">Begins</span>
      <div class="time">
        ${localTime(ticket.startsAt, ticket.timeZone)} <small>until ${localTime(ticket.endsAt, endsTimeZone)}</small>
      </div>
      <div class="place ${fit(ticket.fromName, 80, 150)}">${ticket.fromName}</div>
      <div>${address}</div>
    </div>
  </section>`;
}

function smallPrint({ kind, organizationName, organizationEmail, refundTerms }: TicketDetails): Html {
  const start = kind === 'TRIP' ? 'departure' : 'the beginning';
  return html`<footer>
    All times are local times of the place. You can cancel until ${start}, in your account or through the operator:
    ${refundSentence(refundTerms, start)} A code that was used or cancelled is refused, and a copy does not let a second
    person in. Sold by ${organizationName}${organizationEmail && html`, ${organizationEmail}`}, through Holdfast.
  </footer>`;
}

/** What is paid back, as a sentence. */
function refundSentence(terms: RefundTerms, start: string): string {
  const { fullUntilHours, partialUntilHours, partialPercent, feeRefundable } = terms;
  const full = `all of the price${feeRefundable ? '' : ' without the fee'} comes back up to ${hours(fullUntilHours)} before ${start}`;
  const hasPart = partialPercent > 0 && partialUntilHours < fullUntilHours;
  return hasPart
    ? `${full}, ${partialPercent} % up to ${hours(partialUntilHours)} before, nothing later.`
    : `${full}, nothing later.`;
}

function hours(count: number): string {
  return count === 1 ? '1 hour' : `${count} hours`;
}

/** The class that makes a text small enough for its box. */
function fit(text: string, long: number, veryLong = Infinity): string {
  return text.length > veryLong ? 'very-long' : text.length > long ? 'long' : '';
}
