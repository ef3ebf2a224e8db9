import type { Invariant } from '#platform';

/** What holds of orders at every moment: they say what their reservation says, and add up. */
export const ORDER_INVARIANTS: Invariant[] = [
  {
    name: 'order-and-reservation-disagree',
    sql: `SELECT 'order ' || o.id || ' ' || o.state || ', reservation ' || r.id || ' ' || r.state AS subject
          FROM orders o JOIN reservations r ON r.id = o.reservation_id
          WHERE (o.bookable_id, o.organization_id, o.user_id) IS DISTINCT FROM (r.bookable_id, r.organization_id, r.user_id) OR NOT CASE o.state
            WHEN 'AWAITING_APPROVAL' THEN r.state = 'ACTIVE'
            WHEN 'PENDING' THEN r.state = 'ACTIVE'
            WHEN 'OFFERED' THEN r.state = 'ACTIVE'
            WHEN 'CHARGED_BACK' THEN r.state IN ('CONVERTED', 'CANCELLED')
            WHEN 'PAID' THEN r.state IN ('CONVERTED', 'CANCELLED')
            ELSE r.state IN ('EXPIRED', 'CANCELLED') END
          UNION ALL SELECT 'reservation ' || r.id || ' CONVERTED without an order' FROM reservations r
            WHERE r.state = 'CONVERTED' AND NOT EXISTS (SELECT FROM orders o WHERE o.reservation_id = r.id)`,
  },
  {
    // While it waits for its payment nobody changes its places. Afterwards its tickets say what is left of them.
    name: 'order-and-places-disagree',
    sql: `SELECT 'order ' || o.id AS subject FROM orders o CROSS JOIN LATERAL (
              SELECT array_agg((seat_id, area_id, tier_id, price_minor) ORDER BY seat_id, area_id, tier_id, price_minor) AS list
              FROM line_items WHERE order_id = o.id) l
            CROSS JOIN LATERAL (
              SELECT array_agg((seat_id, area_id, tier_id, price_minor) ORDER BY seat_id, area_id, tier_id, price_minor) AS list
              FROM reservation_places WHERE reservation_id = o.reservation_id) p
          WHERE o.state = 'PENDING' AND l.list IS DISTINCT FROM p.list`,
  },
  {
    // Exactly the seats that are offered are held, for no longer than an organization may say.
    name: 'seat-offer-and-places-disagree',
    sql: `SELECT 'order ' || o.id AS subject FROM orders o JOIN reservations r ON r.id = o.reservation_id CROSS JOIN LATERAL (
              SELECT array_agg((coalesce(f.to_seat_id, l.seat_id), l.area_id, l.tier_id, l.price_minor)
                  ORDER BY coalesce(f.to_seat_id, l.seat_id), l.area_id, l.tier_id, l.price_minor) AS list,
                max(f.offered_at) AS offered_at, bool_or(f.from_seat_id <> l.seat_id) AS is_odd
              FROM line_items l LEFT JOIN offered_seats f ON f.line_item_id = l.id AND f.order_id = o.id WHERE l.order_id = o.id) l
            CROSS JOIN LATERAL (
              SELECT array_agg((seat_id, area_id, tier_id, price_minor) ORDER BY seat_id, area_id, tier_id, price_minor) AS list
              FROM reservation_places WHERE reservation_id = o.reservation_id) p
          WHERE o.state = 'OFFERED' AND (l.list IS DISTINCT FROM p.list OR l.offered_at IS NULL OR l.is_odd
            OR r.expires_at > l.offered_at + interval '1440 minutes')`,
  },
  {
    name: 'order-total-differs',
    sql: `SELECT 'order ' || o.id || ': ' || o.total_minor || ', ' || coalesce(sum(l.total_minor), 0) AS subject
          FROM orders o LEFT JOIN line_items l ON l.order_id = o.id GROUP BY o.id HAVING o.total_minor <> coalesce(sum(l.total_minor), 0)`,
  },
  {
    name: 'order-paid-differs',
    sql: `SELECT 'order ' || o.id || ': ' || o.total_minor || ', ' || coalesce(sum(a.applied_minor), 0) AS subject
          FROM orders o LEFT JOIN payment_applications a ON a.reference = o.id
          GROUP BY o.id HAVING coalesce(sum(a.applied_minor), 0) <> CASE WHEN o.state IN ('PAID', 'CHARGED_BACK') THEN o.total_minor ELSE 0 END
            -- what was given for another order pays for that one
            - coalesce((SELECT sum(least(x.credit_minor, x.total_minor)) FROM orders x WHERE x.exchange_of = o.id AND x.paid_at IS NOT NULL), 0)`,
  },
  {
    // The law of money: what came in is tickets or a refund. Only an order that can still be paid, or was and is offered
    // other seats, may have some open.
    name: 'captured-money-idle',
    sql: `SELECT 'payment ' || p.id || ': ' || p.captured_minor - p.applied_minor - p.returned_minor || ' ' || p.captured_currency
            || ', order ' || coalesce(o.state, 'unknown') AS subject
          FROM payments p LEFT JOIN orders o ON o.id = p.reference
          WHERE p.state = 'CAPTURED' AND p.captured_minor > p.applied_minor + p.returned_minor
            AND (coalesce(o.state, '') NOT IN ('PENDING', 'OFFERED') OR p.captured_currency <> o.currency)`,
  },
  {
    name: 'order-orphan',
    sql: `SELECT 'order ' || o.id || ': no reservation ' || o.reservation_id AS subject FROM orders o
            WHERE NOT EXISTS (SELECT FROM reservations r WHERE r.id = o.reservation_id)
          UNION ALL SELECT 'order ' || o.id || ': no lines' FROM orders o WHERE NOT EXISTS (SELECT FROM line_items l WHERE l.order_id = o.id)
          UNION ALL SELECT 'line item ' || l.id || ': no order ' || l.order_id FROM line_items l
            WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = l.order_id)`,
  },
];
