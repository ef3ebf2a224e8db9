import { Auditor } from '#platform';
import { type Charge, name, paidBack } from './gateway.js';
import { MOST_USES } from './place.js';
import type { World } from './world.js';

interface PaymentRow {
  id: string;
  orderId: string;
  providerReference: string | null;
  state: string;
  captured: number;
  currency: string | null;
  applied: number;
  returned: number;
  paidBack: number;
  provider: number;
}

/** Of each paid order: what stays paid for it, and what its tickets say that should stay. */
const KEPT = `SELECT o.id, o.state, o.total_minor AS total,
    coalesce((SELECT sum(a.applied_minor - a.refunded_minor) FROM payment_applications a WHERE a.reference = o.id), 0)::int AS kept,
    coalesce((SELECT sum(CASE WHEN t.state IN ('PAID', 'USED') THEN l.total_minor
        WHEN EXISTS (SELECT FROM orders x WHERE x.exchange_of = o.id AND x.paid_at IS NOT NULL AND t.id = ANY(x.exchanged_ticket_ids)) THEN l.total_minor
        ELSE l.total_minor - coalesce((SELECT (e.payload ->> 'refundMinor')::int FROM outbox e WHERE e.type = 'ticket.cancelled' AND e.payload ->> 'ticketId' = t.id::text), 0) END)
      FROM tickets t JOIN line_items l ON l.id = t.line_item_id WHERE t.order_id = o.id), 0)::int
    - coalesce((SELECT sum(x.credit_minor) FROM orders x WHERE x.exchange_of = o.id AND x.paid_at IS NOT NULL), 0)::int AS due,
    EXISTS (SELECT FROM payment_applications a JOIN payments p ON p.id = a.payment_id WHERE a.reference = o.id AND p.state = 'CHARGED_BACK') AS "isLost"
  FROM orders o WHERE o.organization_id = $1 AND o.paid_at IS NOT NULL ORDER BY o.id`;

/**
 * The law: what was captured is tickets or went back, and our books say the same as the gateway's. The gateway's books
 * are the judge; nothing of ours is asked but rows.
 */
export async function breaches(world: World): Promise<string[]> {
  const { organizationId } = world.place;
  const found = [...world.broken];
  const payments = await world.query<PaymentRow>(
    `SELECT p.id, p.reference AS "orderId", p.provider_reference AS "providerReference", p.state, p.captured_minor AS captured,
       p.captured_currency AS currency, p.applied_minor AS applied, p.returned_minor AS returned,
       (SELECT coalesce(sum(r.amount_minor), 0)::int FROM refunds r WHERE r.payment_id = p.id AND r.state = 'SUCCEEDED') AS "paidBack",
       (SELECT coalesce(sum(l.debit_minor - l.credit_minor), 0)::int FROM journal_entries e JOIN journal_lines l ON l.entry_id = e.id
        WHERE e.payment_id = p.id AND l.account = 'PROVIDER') AS provider
     FROM payments p JOIN orders o ON o.id = p.reference WHERE o.organization_id = $1 ORDER BY p.id`,
    [organizationId],
  );
  for (const charge of world.gateway.charges) {
    const payment = payments.find(({ providerReference }) => providerReference === charge.id);
    if (payment) found.push(...differences(charge, payment));
    else if (charge.capturedMinor > 0) found.push(`${name(charge)} has money and is no payment of ours`);
  }
  for (const { providerReference, state, orderId } of payments)
    if (state === 'PENDING' || state === 'DISPUTED')
      found.push(`${providerReference} for ${world.orderName(orderId)} is ${state} for ever`);
  found.push(...(await refundBreaches(world)), ...(await keptBreaches(world)), ...(await seatBreaches(world)));
  for (const { invariant, subjects } of await world.get(Auditor).run()) {
    // What an earlier world left is its own.
    const own = subjects.filter((subject) => !world.audited.has(subject));
    own.forEach((subject) => world.audited.add(subject));
    if (own.length > 0) found.push(`the auditor finds ${invariant}: ${own.slice(0, 3).join(', ')}`);
  }
  return found;
}

function differences(charge: Charge, payment: PaymentRow): string[] {
  const what = name(charge);
  const found: string[] = [];
  const same = (of: string, ours: unknown, theirs: unknown): void => {
    if (ours !== theirs)
      found.push(`${what}: ${of} is ${String(ours)} in our books, ${String(theirs)} in the gateway's`);
  };
  same('what came in', payment.captured, charge.capturedMinor);
  if (charge.capturedMinor > 0) same('its currency', payment.currency, charge.capturedCurrency);
  same('what went back', payment.paidBack, paidBack(charge));
  same('whether the bank took it', payment.state === 'CHARGED_BACK', charge.dispute === 'LOST');
  same('what is left at the gateway', payment.provider, charge.capturedMinor - paidBack(charge) - charge.lostMinor);
  const open = payment.captured - payment.applied - payment.returned;
  if (open !== 0 && charge.dispute !== 'LOST') found.push(`${what}: ${open} of it are neither tickets nor a refund`);
  for (const { state, key } of charge.refunds)
    if (state === 'PENDING') found.push(`${what}: refund ${key} is pending for ever`);
  return found;
}

async function refundBreaches(world: World): Promise<string[]> {
  const open = await world.query<{ state: string; amount: number; charge: string; paymentState: string }>(
    `SELECT r.state, r.amount_minor AS amount, p.provider_reference AS charge, p.state AS "paymentState"
     FROM refunds r JOIN payments p ON p.id = r.payment_id JOIN orders o ON o.id = p.reference
     WHERE o.organization_id = $1 AND (r.state NOT IN ('SUCCEEDED', 'COVERED') OR r.state = 'COVERED' AND p.state <> 'CHARGED_BACK') ORDER BY r.id`,
    [world.place.organizationId],
  );
  return open.map(
    ({ state, amount, charge, paymentState }) =>
      `a refund of ${amount} of ${charge} (${paymentState}) is still ${state} at the end`,
  );
}

async function keptBreaches(world: World): Promise<string[]> {
  const orders = await world.query<{ id: string; state: string; kept: number; due: number; isLost: boolean }>(KEPT, [
    world.place.organizationId,
  ]);
  const kept = orders
    .filter(({ state, isLost }) => state === 'PAID' && !isLost)
    .filter((order) => order.kept !== order.due)
    .map((order) => `${world.orderName(order.id)}: ${order.kept} stay paid, its tickets are worth ${order.due}`);
  const unpaid = await world.query<{ id: string; state: string }>(
    `SELECT DISTINCT o.id, o.state FROM orders o LEFT JOIN tickets t ON t.order_id = o.id AND t.state IN ('PAID', 'USED')
       LEFT JOIN payment_applications a ON a.reference = o.id AND a.applied_minor > 0
     WHERE o.organization_id = $1 AND o.state <> 'PAID' AND (t.id IS NOT NULL AND t.state = 'PAID' OR a.payment_id IS NOT NULL AND o.state <> 'CHARGED_BACK')`,
    [world.place.organizationId],
  );
  const waiting = await world.query<{ id: string }>(
    `SELECT id FROM orders WHERE organization_id = $1 AND state IN ('PENDING', 'AWAITING_APPROVAL', 'OFFERED')`,
    [world.place.organizationId],
  );
  const [promo] = await world.query<{ uses: number; orders: number }>(
    `SELECT p.uses, (SELECT count(*)::int FROM orders o WHERE o.organization_id = p.organization_id AND o.promo_code = p.code AND o.state = 'PAID'
       AND EXISTS (SELECT FROM tickets t WHERE t.order_id = o.id AND t.state IN ('PAID', 'USED'))) AS orders
     FROM promos p WHERE p.organization_id = $1`,
    [world.place.organizationId],
  );
  return [
    ...kept,
    ...unpaid.map(({ id, state }) => `${world.orderName(id)} is ${state} and has valid tickets or money`),
    ...waiting.map(({ id }) => `${world.orderName(id)} waits for ever`),
    // An exchange or a charge-back may keep a use; more than the limit is never right, nor fewer uses than orders.
    ...(promo!.uses > MOST_USES || promo!.uses < promo!.orders
      ? [`the code is used ${promo!.uses} times, in ${promo!.orders} orders with tickets`]
      : []),
  ];
}

async function seatBreaches(world: World): Promise<string[]> {
  const twice = await world.query<{ seat: string }>(
    `SELECT t.seat_label || ' of ' || t.bookable_id || ' leg ' || leg AS seat FROM tickets t CROSS JOIN LATERAL generate_series(t.from_position, t.to_position - 1) AS leg
     WHERE t.organization_id = $1 AND t.state IN ('PAID', 'USED') GROUP BY 1 HAVING count(*) > 1`,
    [world.place.organizationId],
  );
  return twice.map(({ seat }) => `seat ${seat} has two valid tickets`);
}
