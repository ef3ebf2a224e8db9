/** Every request that the load consists of, in one place. Its text never changes in a run: the API may know it by heart. */
export const RESERVE = `mutation Reserve($input: ReserveInput!) { reserve(input: $input) { __typename ... on ReservationOpened { sessionToken reservation { id expiresAt } } ... on SeatTaken { seatIds } ... on Refusal { message } } }`;

export const CANCEL = `mutation Cancel($id: ID!, $sessionToken: String) { cancelReservation(id: $id, sessionToken: $sessionToken) { __typename } }`;

export const SEAT_MAP = `query SeatMap($id: ID!, $from: Int, $to: Int) { bookable(id: $id) { __typename seats(from: $from, to: $to) { seat { label } state } } }`;

export const LIVE_MAP = `subscription LiveMap($bookableId: ID!, $from: Int, $to: Int) { liveMap(bookableId: $bookableId, from: $from, to: $to) { __typename ... on LiveMapSnapshot { sequence seats { seatId state } } ... on LiveMapChange { sequence seats { seatId state } } } }`;

/** So many seats of a seat map are not free. */
export function takenSeats(seatMapAnswer: string): number {
  return seatMapAnswer.split('"state":"HELD"').length - 1 + (seatMapAnswer.split('"state":"SOLD"').length - 1);
}

interface LiveMapPayload {
  payload?: {
    data?: { liveMap?: { __typename: string; sequence: number; seats: { seatId: string; state: string }[] } };
  };
}

/** A message of the live map as a socket gets it. */
export interface LiveMessage {
  isSnapshot: boolean;
  sequence: number;
  seats: { seatId: string; state: string }[];
}

/** @returns undefined for anything else, such as an error */
export function liveMessage(text: string): LiveMessage | undefined {
  const map = (JSON.parse(text) as LiveMapPayload).payload?.data?.liveMap;
  return map && { isSnapshot: map.__typename === 'LiveMapSnapshot', sequence: map.sequence, seats: map.seats };
}
export const CHECK_OUT = `mutation CheckOut($input: CheckOutInput!) { checkOut(input: $input) { __typename ... on Order { id totalMinor currency payment { payUrl } } ... on Refusal { message } } }`;
