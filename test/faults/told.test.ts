import { type Booking, Journal } from './journal.js';
import { refusedForNothing, soldTwice } from './told.js';

const STALE_MS = 100;

/** One seat, asked for at 0, told at 10, until 1000. */
function booking(id: string, changes: Partial<Booking> = {}, stay: Partial<Booking['stays'][number]> = {}): Booking {
  return {
    id,
    token: '',
    trip: 'T',
    from: 0,
    to: 2,
    seatIds: ['1A'],
    expiresAt: 1000,
    state: 'HELD',
    stays: [{ seatId: '1A', asked: 0, told: 10, ...stay }],
    ...changes,
  };
}

function journalOf(...bookings: Booking[]): Journal {
  const journal = new Journal();
  journal.bookings.push(...bookings);
  return journal;
}

describe('what passengers were told', () => {
  describe('a seat sold twice', () => {
    const second = { asked: 400, told: 500 };

    it('is found', () => {
      expect(soldTwice(journalOf(booking('a'), booking('b', {}, second)))).toEqual(['T/1A was told to a and b']);
      const paid = booking('a', { state: 'PAID' });
      expect(soldTwice(journalOf(paid, booking('b', {}, { asked: 5000, told: 5100 })))).toHaveLength(1);
    });

    it.each([
      ['another seat', {}, { ...second, seatId: '1B' }],
      ['other legs', { from: 2, to: 3 }, second],
      ['another trip', { trip: 'U' }, second],
      ['the same seat after its end', {}, { asked: 900, told: 1000 }],
    ])('is not %s', (_, changes, stay) => {
      expect(soldTwice(journalOf(booking('a'), booking('b', changes, stay)))).toEqual([]);
    });

    it('is not one that was given back, from the moment that was asked for', () => {
      expect(soldTwice(journalOf(booking('a', {}, { leaving: 450, left: 600 }), booking('b', {}, second)))).toEqual([]);
    });
  });

  describe('a refusal for nothing', () => {
    const refused = (asked: number, told: number, ...bookings: Booking[]): string[] => {
      const journal = journalOf(...bookings);
      journal.refusals.push({ trip: 'T', from: 1, to: 2, seatIds: ['1A'], asked, told });
      return refusedForNothing(journal, STALE_MS);
    };

    it('is found: nobody ever had the seat, or only on other legs', () => {
      expect(refused(0, 10)).toHaveLength(1);
      expect(refused(20, 30, booking('a', { to: 1 }))).toHaveLength(1);
    });

    it('is found after the end of a hold, at once', () => {
      expect(refused(999, 1010, booking('a'))).toEqual([]);
      expect(refused(1000, 1010, booking('a'))).toHaveLength(1);
      expect(refused(1000, 1010, booking('a', { state: 'PAID' }))).toEqual([]);
    });

    it('is found after an end that was moved, when every process can know of it', () => {
      expect(refused(1000, 1010, booking('a', { endMovedAt: 950 }))).toEqual([]);
      expect(refused(1050, 1060, booking('a', { endMovedAt: 950 }))).toHaveLength(1);
    });

    it('is found after a seat was given back, when nobody can remember it', () => {
      const left = booking('a', {}, { leaving: 200, left: 300 });
      expect(refused(399, 410, left)).toEqual([]);
      expect(refused(400, 410, left)).toHaveLength(1);
    });
  });
});
