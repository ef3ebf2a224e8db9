import { newId } from '#kernel';
import type { Booking } from './journal.js';

/** Any answer of the requests below. */
export interface Result {
  __typename: string;
  message?: string;
  seatIds?: string[];
  sessionToken?: string;
  id?: string;
  state?: string;
  expiresAt?: string;
  reservation?: Reserved;
  seats?: Reserved['seats'];
  payment?: { payUrl: string };
}

/** A reservation as it is answered. */
export interface Reserved {
  id: string;
  state: string;
  expiresAt: string;
  seats: { seat: { id: string } }[];
}

const RESERVED = 'id state expiresAt seats { seat { id } }';
const RESERVATION = `... on Reservation { ${RESERVED} }`;
const REFUSAL = '... on Refusal { message }';
const TAKEN = '... on SeatTaken { seatIds }';

const ask = (field: string, argument: string, answer: string): string =>
  `mutation ($input: ${argument}!) { result: ${field}(input: $input) { __typename ${answer} ${REFUSAL} } }`;

export const RESERVE = ask(
  'reserve',
  'ReserveInput',
  `... on ReservationOpened { sessionToken reservation { ${RESERVED} } } ${TAKEN}`,
);
export const ADD = ask('addPlaces', 'AddPlacesInput', `${RESERVATION} ${TAKEN}`);
export const REMOVE = ask('removePlace', 'RemovePlaceInput', RESERVATION);
export const EXTEND = ask('extendReservation', 'ExtendReservationInput', RESERVATION);
export const CHECK_OUT = ask('checkOut', 'CheckOutInput', '... on Order { id payment { payUrl } }');
export const CANCEL = `mutation ($id: ID!, $sessionToken: String, $idempotencyKey: String) {
  result: cancelReservation(id: $id, sessionToken: $sessionToken, idempotencyKey: $idempotencyKey) { __typename ${RESERVATION} ${REFUSAL} } }`;

/** What lets a passenger change his reservation, once however often he asks. */
export function mine({ id, token }: Booking): object {
  return { reservationId: id, sessionToken: token, idempotencyKey: newId() };
}
