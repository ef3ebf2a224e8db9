export { Batcher, type BatcherOptions } from './batcher.js';
export { Clock, SystemClock } from './clock.js';
export { newId, newNumber, newToken, hashToken } from './ids.js';
export { formatMoney, percentOf, type Money } from './money.js';
export { RecentMap } from './recent-map.js';
export { legRange, legsOverlap, type LegRange } from './leg-range.js';
export { html, raw, type Html } from './html.js';
export { localDate, localDateTime, localTime } from './local-time.js';
export { refundDue, type RefundTerms } from './refund-terms.js';
