import type { Invariant } from '#platform';

/** What holds of tickets at every moment. */
export const TICKET_INVARIANTS: Invariant[] = [
  {
    name: 'ticket-without-its-seat',
    sql: `SELECT 'ticket ' || t.id || ' leg ' || leg - 1 AS subject FROM tickets t JOIN seats s ON s.id = t.seat_id
          CROSS JOIN LATERAL generate_series(t.from_position + 1, t.to_position) AS leg
          LEFT JOIN seat_cells c ON c.bookable_id = t.bookable_id AND c.ordinal = s.ordinal
          WHERE t.state IN ('PAID', 'USED')
            AND (c.holders[leg] IS DISTINCT FROM t.reservation_id OR substr(c.legs, leg, 1) IS DISTINCT FROM 's')`,
  },
  {
    // What is sold and who may use it are the same: no place without a ticket, no ticket without its place.
    name: 'tickets-and-places-disagree',
    sql: `SELECT 'reservation ' || reservation_id AS subject
          FROM (SELECT p.reservation_id, array_agg((p.seat_id, p.area_id, p.tier_id) ORDER BY p.seat_id, p.area_id, p.tier_id) AS list
                FROM reservation_places p JOIN reservations r ON r.id = p.reservation_id WHERE r.state = 'CONVERTED' GROUP BY 1) p
          FULL JOIN (SELECT t.reservation_id, array_agg((t.seat_id, t.area_id, l.tier_id) ORDER BY t.seat_id, t.area_id, l.tier_id) AS list
                     FROM tickets t JOIN line_items l ON l.id = t.line_item_id WHERE t.state IN ('PAID', 'USED') GROUP BY 1) t USING (reservation_id)
          WHERE t.list IS DISTINCT FROM p.list`,
  },
  {
    name: 'ticket-and-order-disagree',
    sql: `SELECT 'ticket ' || t.id || ' ' || t.state || ', order ' || o.id || ' ' || o.state AS subject
          FROM tickets t JOIN orders o ON o.id = t.order_id JOIN reservations r ON r.id = o.reservation_id JOIN line_items l ON l.id = t.line_item_id
          WHERE (t.reservation_id, t.bookable_id, t.organization_id, t.from_position, t.to_position)
              <> (r.id, r.bookable_id, r.organization_id, r.from_position, r.to_position)
            OR (l.order_id, l.seat_id, l.area_id) IS DISTINCT FROM (o.id, t.seat_id, t.area_id)
            OR t.state = 'RESERVED' AND o.state NOT IN ('PENDING', 'AWAITING_APPROVAL') OR t.state = 'PAID' AND o.state <> 'PAID' OR t.state = 'USED' AND o.state NOT IN ('PAID', 'CHARGED_BACK')`,
  },
  {
    name: 'paid-order-without-tickets',
    sql: `SELECT 'order ' || o.id || ' line ' || l.position AS subject FROM orders o JOIN line_items l ON l.order_id = o.id
          WHERE o.state = 'PAID' AND NOT EXISTS (
            SELECT FROM tickets t WHERE t.line_item_id = l.id AND t.state IN ('PAID', 'USED', 'CANCELLED', 'REFUNDED'))`,
  },
  {
    name: 'ticket-orphan',
    sql: `SELECT 'ticket ' || t.id || ': no order ' || t.order_id AS subject FROM tickets t
            WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = t.order_id)
          UNION ALL SELECT 'ticket ' || t.id || ': no line item ' || t.line_item_id FROM tickets t
            WHERE NOT EXISTS (SELECT FROM line_items l WHERE l.id = t.line_item_id)
          UNION ALL SELECT 'ticket ' || t.id || ': no place ' || coalesce(t.seat_id, t.area_id) FROM tickets t JOIN bookables b ON b.id = t.bookable_id
            WHERE NOT EXISTS (SELECT FROM seats s WHERE s.id = t.seat_id AND s.seat_map_id = b.seat_map_id)
              AND NOT EXISTS (SELECT FROM areas a WHERE a.id = t.area_id AND a.seat_map_id = b.seat_map_id)`,
  },
];
