import { invalid, missing } from './api-error.js';
import type { StripeBooks } from './books.js';
import { type Params, at, metadataOf } from './form.js';

type Handler = (books: StripeBooks, params: Params, id: string) => object;

/** Of Stripe's parameters those that are known here; it refuses what it does not know. */
const SESSION_PARAMS = new Set([
  'mode',
  'line_items',
  'client_reference_id',
  'metadata',
  'payment_intent_data',
  'adaptive_pricing',
  'success_url',
  'cancel_url',
]);
const LEAST_AMOUNT = 30;

const list = (url: string, data: object[]): object => ({ object: 'list', url, has_more: false, data });

/** Stripe's API as far as payments need it. */
const ROUTES: [method: string, path: RegExp, handler: Handler][] = [
  ['POST', /^\/v1\/checkout\/sessions$/, openSession],
  [
    'GET',
    /^\/v1\/checkout\/sessions$/,
    (books, params) => {
      const wanted = at(params, 'payment_intent');
      const found = [...books.sessions.values()].filter(({ payment_intent }) => payment_intent === wanted);
      return list('/v1/checkout/sessions', found.slice(0, Number(at(params, 'limit') ?? 10)));
    },
  ],
  [
    'GET',
    /^\/v1\/checkout\/sessions\/(\w+)$/,
    (books, params, id) => {
      const session = books.session(id);
      const wanted = at(params, 'expand.0') ?? '';
      if (!/^payment_intent(\.latest_charge)?$/.test(wanted) || session.payment_intent === null) return session;
      // What is expanded inside of something expands that, too.
      const intent = books.intent(session.payment_intent);
      const latest_charge = wanted.endsWith('latest_charge') ? books.charge(intent) : intent.latest_charge;
      return { ...session, payment_intent: { ...intent, latest_charge } };
    },
  ],
  ['POST', /^\/v1\/checkout\/sessions\/(\w+)\/expire$/, (books, _, id) => books.expire(id)],
  [
    'POST',
    /^\/v1\/refunds$/,
    (books, params) => {
      const amount = at(params, 'amount');
      return books.refund(
        at(params, 'payment_intent')!,
        amount === undefined ? undefined : Number(amount),
        metadataOf(params),
      );
    },
  ],
  [
    'GET',
    /^\/v1\/refunds$/,
    (books, params) => {
      const wanted = at(params, 'payment_intent');
      // The newest first.
      const found = [...books.refunds.values()].filter(({ payment_intent }) => payment_intent === wanted).toReversed();
      return list('/v1/refunds', found);
    },
  ],
  [
    'GET',
    /^\/v1\/disputes$/,
    (books, params) => {
      const wanted = at(params, 'payment_intent');
      const found = [...books.disputes.values()].filter(({ payment_intent }) => payment_intent === wanted).toReversed();
      return list('/v1/disputes', found);
    },
  ],
  [
    'GET',
    /^\/v1\/refunds\/(\w+)$/,
    (books, _, id) => {
      const refund = books.refunds.get(id);
      if (!refund) throw missing('refund', id);
      return refund;
    },
  ],
];

/** @throws ApiError */
export function perform(books: StripeBooks, method: string, path: string, params: Params): object {
  for (const [verb, pattern, handler] of ROUTES) {
    const match = verb === method ? pattern.exec(path) : null;
    if (match) return structuredClone(handler(books, params, match[1] ?? ''));
  }
  throw missing('route', `${method} ${path}`);
}

function openSession(books: StripeBooks, params: Params): object {
  const unknown = Object.keys(params).find((name) => !SESSION_PARAMS.has(name));
  if (unknown !== undefined) throw invalid(`Received unknown parameter: ${unknown}`, 'parameter_unknown');
  const amount_total = Number(at(params, 'line_items.0.price_data.unit_amount'));
  const currency = at(params, 'line_items.0.price_data.currency') ?? '';
  if (at(params, 'mode') !== 'payment' || !Number.isInteger(amount_total))
    throw invalid('Missing required param.', 'parameter_missing');
  if (!/^[a-z]{3}$/.test(currency)) throw invalid(`Invalid currency: ${currency}`);
  if (amount_total < LEAST_AMOUNT)
    throw invalid('The Checkout Session total amount must convert to at least 30 pence.', 'amount_too_small');
  return books.open(
    {
      amount_total,
      currency,
      metadata: metadataOf(params),
      client_reference_id: at(params, 'client_reference_id') ?? null,
      success_url: at(params, 'success_url') ?? null,
      cancel_url: at(params, 'cancel_url') ?? null,
    },
    metadataOf(params, 'payment_intent_data.metadata'),
  );
}
