import { InvoicingService } from '../../libs/invoices/src/invoicing.service.js';
import type { TestApplication } from './application.js';
import { type Account, type Operator, eventually, placeOrder, soldTicket, trip } from './fixtures.js';
import { CANCEL_RESERVATION, CANCEL_TICKET, SCAN } from './mutations.js';
import { promoOf } from './promos.js';
import { type Sale, reserve } from './sale.js';

/** Trips, reservations and tickets in every state that something can be refused for. */
export async function makeWorld(
  application: TestApplication,
  { organization, foreign, organiser }: Operator,
  owner: Account,
) {
  const query = application.database.query.bind(application.database);
  const [sale, past, draft, lateDraft, cancelled, dear] = [
    await trip(application, organization.id, { startsInHours: 3 }),
    await trip(application, organization.id),
    await trip(application, organization.id, { draft: true }),
    await trip(application, organization.id, { draft: true }),
    await trip(application, organization.id),
    await trip(application, organization.id, { priceMinor: 40_000_000 }),
  ];
  const elsewhere = await trip(application, foreign.organization.id);
  const [paid, used, given] = [
    await soldTicket(application, owner, sale, '1A'),
    await soldTicket(application, owner, sale, '1B'),
    await soldTicket(application, owner, sale, '1C'),
  ];
  await organiser.client.ask(SCAN, { input: { bookableId: sale.bookable.id, code: used.ticket.qr } });
  await owner.client.ask(CANCEL_TICKET, { id: given.ticket.id });
  const hold = async (label: string): Promise<string> => (await reserve(owner.client, sale, [label])).reservation!.id;
  const [active, ended, expired, open, lateTicket] = [
    await hold('3A'),
    await hold('3B'),
    await hold('3C'),
    await hold('3D'),
    await soldTicket(application, owner, past),
  ];
  await placeOrder(owner, { __typename: '', reservation: { id: active, state: '', secondsLeft: 0 } });
  await owner.client.ask(CANCEL_RESERVATION, { id: ended });
  await query(`UPDATE reservations SET expires_at = now() - interval '1 minute' WHERE id = $1`, [expired]);
  await eventually(
    () => query<{ state: string }>(`SELECT state FROM reservations WHERE id = $1`, [expired]),
    ([row]) => row?.state === 'EXPIRED',
  );
  await query(`UPDATE bookables SET starts_at = now() - interval '3 hours' WHERE id = ANY($1)`, [
    [past.bookable.id, lateDraft.bookable.id],
  ]);
  await query(
    `UPDATE trip_calls SET arrives_at = arrives_at - interval '75 hours', departs_at = departs_at - interval '75 hours' WHERE trip_id = $1`,
    [past.bookable.id],
  );
  await query(`UPDATE tickets SET starts_at = now() - interval '3 hours' WHERE id = $1`, [lateTicket.ticket.id]);
  await query(`UPDATE bookables SET state = 'CANCELLED' WHERE id = $1`, [cancelled.bookable.id]);
  const parts = await organiser.client.ask<Record<'venue' | 'route' | 'stop' | 'mySecond' | 'taxRate', { id: string }>>(
    `mutation ($id: ID!) {
       venue: createVenue(organizationId: $id, input: { name: "V", address: "A", timeZone: "Europe/London" }) { id }
       route: createRoute(organizationId: $id, input: { shortName: "R", longName: "Route" }) { id }
       stop: createStop(organizationId: $id, input: { name: "S", timeZone: "Europe/London" }) { id }
       mySecond: createSeatMap(organizationId: $id, layout: "minibus-16") { id }
       taxRate: createTaxRate(organizationId: $id, input: { country: "GB", name: "VAT", rateBps: 2000 }) { id } }`,
    { id: organization.id },
  );
  const [seatOfAnotherMap] = await query<{ id: string }>(`SELECT id FROM seats WHERE seat_map_id = $1`, [
    parts.mySecond.id,
  ]);
  const tierOf = async ({ bookable }: Sale): Promise<string> =>
    (await query<{ id: string }>(`SELECT id FROM tiers WHERE bookable_id = $1`, [bookable.id]))[0]!.id;
  const [unsoldTier, soldTier, foreignTier] = [await tierOf(dear), await tierOf(sale), await tierOf(elsewhere)];
  const promo = await promoOf(application, organization.id, { code: 'TAKEN' });
  const foreignPromo = await promoOf(application, foreign.organization.id);
  return {
    organizationId: organization.id,
    foreign: { organizationId: foreign.organization.id, seatMapId: elsewhere.bookable.seatMapId },
    sale,
    trips: {
      past: past.bookable.id,
      draft: draft.bookable.id,
      lateDraft: lateDraft.bookable.id,
      cancelled: cancelled.bookable.id,
      elsewhere: elsewhere.bookable.id,
    },
    dear,
    seatOfAnotherMap: seatOfAnotherMap!.id,
    tierOfAnotherTrip: unsoldTier,
    tiers: { sold: soldTier, unsold: unsoldTier, foreign: foreignTier },
    taxRateId: parts.taxRate.id,
    tickets: { paid: paid.ticket, used: used.ticket, given: given.ticket, late: lateTicket.ticket },
    reservations: { active, ended, expired, open, converted: paid.reservationId },
    orderId: paid.order.id,
    invoiceId: (await application.get(InvoicingService).invoice(paid.order.id))!.id,
    promoId: promo.id,
    foreignPromoId: foreignPromo.id,
    venueId: parts.venue.id,
    routeId: parts.route.id,
    stopId: parts.stop.id,
  };
}
