import type { Connection } from './connection.js';
import { CANCEL, RESERVE, SEAT_MAP } from './operations.js';
import type { HoldWork, SeatMapWork, Slot } from './plan.js';
import { LANES, seatOf } from './supply.js';
import { ADDRESS_WIDTH, KEY_WIDTH, Template, UUID_WIDTH, addressOf, operation } from './template.js';

/** What is asked for, and what follows from an answer. */
interface Workload {
  /** The bytes of the next request; undefined when nothing is left to ask for. */
  next(connection: Connection): Buffer | undefined;
  /** Looks at a good answer. @returns how many seats it gave */
  answered(connection: Connection, typename: string, body: string): number;
  /** Number of the next request. */
  readonly position: number;
}

/** The id of the reservation and a signature, base64url. */
const SESSION_TOKEN_WIDTH = 65;

interface Opened {
  id: string;
  sessionToken: string;
}

export class Holds implements Workload {
  position: number;
  readonly acknowledged: string[] = [];
  /** By connection: what it asks for, and what it was given and has not given up yet. */
  private readonly asked: Slot[] = [];
  private readonly opened: (Opened | undefined)[] = [];
  private readonly templates = new Map<string, Template>();
  private readonly cancel = new Template(
    operation(CANCEL, [
      '"id":"',
      { field: 'id', width: UUID_WIDTH },
      '","sessionToken":"',
      { field: 'sessionToken', width: SESSION_TOKEN_WIDTH },
      '"',
    ]),
  );
  /** Makes the idempotency keys of this run its own. */
  private readonly run = Math.floor(performance.timeOrigin).toString(16).padStart(12, '0').slice(-12);

  constructor(private readonly work: HoldWork) {
    this.position = work.first;
  }

  next(connection: Connection): Buffer | undefined {
    const opened = this.opened[connection.index];
    if (opened) return this.cancelling(connection, opened);
    const { trips, slots, order } = this.work;
    const n = this.position;
    const chance = order === 'by chance' ? Math.floor(Math.random() * slots.length * trips.length) : 0;
    const { trip, slot } =
      order === 'in turn'
        ? seatOf(n, slots.length, LANES)
        : { trip: chance % trips.length, slot: Math.floor(chance / trips.length) };
    const tripId = trips[trip];
    if (tripId === undefined) return undefined;
    this.position += 1;
    return this.reserving(connection, n, tripId, slots[slot]!);
  }

  answered({ index }: Connection, typename: string, body: string): number {
    this.opened[index] = undefined;
    if (typename !== 'ReservationOpened') return 0;
    const id = after(body, '"reservation":{"id":"', UUID_WIDTH);
    if (this.work.givesUp)
      this.opened[index] = { id, sessionToken: after(body, '"sessionToken":"', SESSION_TOKEN_WIDTH) };
    else if (this.work.acknowledged) this.acknowledged.push(id);
    return this.asked[index]!.seats.length;
  }

  private reserving(connection: Connection, n: number, tripId: string, slot: Slot): Buffer {
    const tokens = connection.index % 2 === 0 ? this.work.tokens : [];
    const token = tokens[Math.floor(n / 2) % tokens.length];
    const template = this.template(slot.seats.length, token);
    const bytes = connection.copy(template);
    bytes.write(addressOf(n), template.offset('address'), ADDRESS_WIDTH, 'latin1');
    if (token) bytes.write(token, template.offset('token'), token.length, 'latin1');
    bytes.write(tripId, template.offset('bookable'), UUID_WIDTH, 'latin1');
    bytes[template.offset('from')] = 48 + slot.from;
    bytes[template.offset('to')] = 48 + slot.to;
    for (const [index, seat] of slot.seats.entries())
      bytes.write(this.work.seats[seat]!, template.offset(SEAT_FIELDS[index]!), UUID_WIDTH, 'latin1');
    bytes.write(this.run + n.toString(16).padStart(KEY_WIDTH - 12, '0'), template.offset('key'), KEY_WIDTH, 'latin1');
    this.asked[connection.index] = slot;
    return bytes;
  }

  private cancelling(connection: Connection, { id, sessionToken }: Opened): Buffer {
    const bytes = connection.copy(this.cancel);
    bytes.write(addressOf(this.position), this.cancel.offset('address'), ADDRESS_WIDTH, 'latin1');
    bytes.write(id, this.cancel.offset('id'), UUID_WIDTH, 'latin1');
    bytes.write(sessionToken, this.cancel.offset('sessionToken'), SESSION_TOKEN_WIDTH, 'latin1');
    return bytes;
  }

  private template(seatCount: number, token: string | undefined): Template {
    const key = `${seatCount} ${token?.length}`;
    const known = this.templates.get(key);
    if (known) return known;
    const made = new Template(
      operation(RESERVE, [
        '"input":{"bookableId":"',
        { field: 'bookable', width: UUID_WIDTH },
        '","from":',
        { field: 'from', width: 1 },
        ',"to":',
        { field: 'to', width: 1 },
        ',"seats":[',
        ...SEAT_FIELDS.slice(0, seatCount).flatMap((field, index) => [
          `${index > 0 ? ',' : ''}{"seatId":"`,
          { field, width: UUID_WIDTH },
          '"}',
        ]),
        '],"idempotencyKey":"',
        { field: 'key', width: KEY_WIDTH },
        '"}',
      ]),
      token,
    );
    this.templates.set(key, made);
    return made;
  }
}

const SEAT_FIELDS = Array.from({ length: 10 }, (_, index) => `seat${index}`);

function after(body: string, words: string, width: number): string {
  const at = body.indexOf(words) + words.length;
  return body.slice(at, at + width);
}

export class SeatMaps implements Workload {
  position = 0;
  private readonly template: Template;

  constructor(private readonly work: SeatMapWork) {
    this.template = new Template(
      operation(SEAT_MAP, ['"id":"', { field: 'id', width: UUID_WIDTH }, `","from":${work.from},"to":${work.to}`]),
    );
  }

  next(connection: Connection): Buffer {
    const bytes = connection.copy(this.template);
    bytes.write(addressOf(this.position), this.template.offset('address'), ADDRESS_WIDTH, 'latin1');
    bytes.write(
      this.work.trips[this.position % this.work.trips.length]!,
      this.template.offset('id'),
      UUID_WIDTH,
      'latin1',
    );
    this.position += 1;
    return bytes;
  }

  answered(): number {
    return 0;
  }
}
