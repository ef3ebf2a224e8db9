import { newId } from '#kernel';
import {
  ACCEPT_SEATS,
  APPROVE,
  CALL_OFF,
  CANCEL_TICKETS,
  CHECK_OUT,
  CREATE_PROMO,
  CREATE_TAX_RATE,
  CREATE_TIER,
  DEACTIVATE_PROMO,
  DECLINE_SEATS,
  DELETE_TIER,
  EXCHANGE,
  QUOTE,
  REJECT,
  TRANSFER,
  UPDATE,
  UPDATE_PROMO,
  UPDATE_TIER,
} from './mutations.js';
import { promoInput } from './promos.js';
import type { makeWorld } from './refusable-world.js';

type World = Awaited<ReturnType<typeof makeWorld>>;

const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();

/** What is refused about prices, promos, orders and refunds, by whom it is asked and with which answer. */
// prettier-ignore
export const refusedMoney = (of: () => World): [what: string, who: 'public' | 'passenger' | 'owner' | 'organiser', operation: string, variables: () => unknown, expected: string][] => [
    ['call off a draft', 'organiser', CALL_OFF, () => ({ id: of().trips.draft, reason: 'Snow.' }), 'BAD_USER_INPUT'],
    ['call off without a reason', 'organiser', CALL_OFF, () => ({ id: of().sale.bookable.id, reason: '  ' }), 'BAD_USER_INPUT'],
    ['accept seats that are not offered', 'owner', ACCEPT_SEATS, () => ({ input: { orderId: of().orderId } }), 'SeatOfferEnded'],
    ['decline seats that are not offered', 'owner', DECLINE_SEATS, () => ({ input: { orderId: of().orderId } }), 'SeatOfferEnded'],
    ['accept seats for somebody else', 'passenger', ACCEPT_SEATS, () => ({ input: { orderId: of().orderId } }), 'NOT_FOUND'],
    ['decline seats for somebody else', 'passenger', DECLINE_SEATS, () => ({ input: { orderId: of().orderId } }), 'NOT_FOUND'],
    ['offer seats for longer than a day', 'organiser', UPDATE, () => ({ id: of().organizationId, input: { seatOfferMinutes: 1441 } }), 'BAD_USER_INPUT'],
    ['approve what waits for nothing', 'organiser', APPROVE, () => ({ id: of().orderId }), 'NotAwaitingApproval'],
    ['reject what waits for nothing', 'organiser', REJECT, () => ({ id: of().orderId, reason: 'Full.' }), 'NotAwaitingApproval'],
    ['cancel a ticket for another refund than was offered', 'owner', CANCEL_TICKETS, () => ({ input: { ticketIds: [of().tickets.paid.id], expectedRefundMinor: 1 } }), 'RefundChanged'],
    ['cancel tickets of two orders', 'owner', CANCEL_TICKETS, () => ({ input: { ticketIds: [of().tickets.paid.id, of().tickets.used.id] } }), 'BAD_USER_INPUT'],
    ['pass a ticket on to nobody', 'owner', TRANSFER, () => ({ input: { ticketId: of().tickets.paid.id, email: 'nobody@holdfast.test' } }), 'RecipientUnknown'],
    ['quote what has ended', 'owner', QUOTE, () => ({ input: { reservationId: of().reservations.ended } }), 'ReservationEnded'],
    ['quote with a code that nobody knows', 'owner', QUOTE, () => ({ input: { reservationId: of().reservations.open, promoCode: 'NONE' } }), 'PromoCodeUnknown'],
    ['check out with a quote of something else', 'owner', CHECK_OUT, () => ({ input: { reservationId: of().reservations.open, quoteId: newId() } }), 'QuoteOutdated'],
    ['exchange a used ticket', 'owner', EXCHANGE, () => ({ input: { ticketIds: [of().tickets.used.id], reservationId: of().reservations.open } }), 'TicketNotValid'],
    ['make a promo with the code of another', 'organiser', CREATE_PROMO, () => promoInput(of().organizationId, { code: 'taken' }), 'PromoCodeTaken'],
    ['make a promo of more than all', 'organiser', CREATE_PROMO, () => promoInput(of().organizationId, { percentBps: 10_001 }), 'BAD_USER_INPUT'],
    ['make a promo of two for three', 'organiser', CREATE_PROMO, () => promoInput(of().organizationId, { kind: 'N_FOR_M', percentBps: null, takePlaces: 2, payPlaces: 3 }), 'BAD_USER_INPUT'],
    ['make a promo that ends before it starts', 'organiser', CREATE_PROMO, () => promoInput(of().organizationId, { startsAt: inHours(2), endsAt: inHours(1) }), 'BAD_USER_INPUT'],
    ['make a promo for another organization', 'organiser', CREATE_PROMO, () => promoInput(of().foreign.organizationId), 'FORBIDDEN'],
    ['change the promo of another organization', 'organiser', UPDATE_PROMO, () => ({ id: of().foreignPromoId, input: { name: 'Mine' } }), 'FORBIDDEN'],
    ['end the promo of another organization', 'organiser', DEACTIVATE_PROMO, () => ({ id: of().foreignPromoId }), 'FORBIDDEN'],
    ['end a promo that does not exist', 'organiser', DEACTIVATE_PROMO, () => ({ id: newId() }), 'NOT_FOUND'],
    ['give back more when it is late', 'organiser', UPDATE, () => ({ id: of().organizationId, input: { refundFullUntilHours: 1, refundPartialUntilHours: 2 } }), 'BAD_USER_INPUT'],
    ['hold seats for no time', 'organiser', UPDATE, () => ({ id: of().organizationId, input: { holdMinutes: 0 } }), 'BAD_USER_INPUT'],
    ['change the price of a tier that was sold', 'organiser', UPDATE_TIER, () => ({ id: of().tiers.sold, input: { priceMinor: 1 } }), 'TierSold'],
    ['give a tier fewer places than are taken', 'organiser', UPDATE_TIER, () => ({ id: of().tiers.sold, input: { quantity: 1 } }), 'TierTaken'],
    ['delete a tier that was sold', 'organiser', DELETE_TIER, () => ({ id: of().tiers.sold }), 'TierSold'],
    ['delete a tier of another organization', 'organiser', DELETE_TIER, () => ({ id: of().tiers.foreign }), 'FORBIDDEN'],
    ['change a tier of another organization', 'organiser', UPDATE_TIER, () => ({ id: of().tiers.foreign, input: { name: 'Mine' } }), 'FORBIDDEN'],
    ['change a tier that does not exist', 'organiser', UPDATE_TIER, () => ({ id: newId(), input: {} }), 'NOT_FOUND'],
    ['tax a tier at an unknown rate', 'organiser', UPDATE_TIER, () => ({ id: of().tiers.unsold, input: { taxRateId: newId() } }), 'BAD_USER_INPUT'],
    ['make a second tier of one name', 'organiser', CREATE_TIER, () => ({ id: of().dear.bookable.id, input: { name: 'Standard', priceMinor: 1 } }), 'BAD_USER_INPUT'],
    ['make a tier of what does not exist', 'organiser', CREATE_TIER, () => ({ id: newId(), input: { name: 'Standard', priceMinor: 1 } }), 'NOT_FOUND'],
    ['tax at a standard rate of nothing', 'organiser', CREATE_TAX_RATE, () => ({ id: of().organizationId, input: { country: 'GB', name: 'VAT', rateBps: 0 } }), 'BAD_USER_INPUT'],
    ['tax in a country that is none', 'organiser', CREATE_TAX_RATE, () => ({ id: of().organizationId, input: { country: 'ZZ', name: 'VAT', rateBps: 1 } }), 'BAD_USER_INPUT'],
];
