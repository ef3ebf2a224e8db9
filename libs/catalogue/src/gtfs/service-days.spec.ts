import { dayRange } from './service-days.js';

it.each([
  ['2026-12-01', 1, '2026-12-01'],
  ['2026-12-01', 30, '2026-12-30'],
  ['2028-02-28', 3, '2028-03-01'],
  // over the change of the clocks
  ['2027-03-27', 3, '2027-03-29'],
])('%s and %i days end with %s', (from, days, to) => expect(dayRange(from, days)).toEqual({ from, to }));
