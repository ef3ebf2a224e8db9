/** Mutations with their arguments as variables, for tests that ask what is refused. */
export const HOLD = 'mutation ($input: ReserveInput!) { reserve(input: $input) { __typename } }';
export const CHECK_OUT = 'mutation ($input: CheckOutInput!) { checkOut(input: $input) { __typename } }';
export const CANCEL_RESERVATION =
  'mutation ($id: ID!, $sessionToken: String, $idempotencyKey: String) { cancelReservation(id: $id, sessionToken: $sessionToken, idempotencyKey: $idempotencyKey) { __typename } }';
export const ADD = 'mutation ($input: AddPlacesInput!) { addPlaces(input: $input) { __typename } }';
export const REMOVE = 'mutation ($input: RemovePlaceInput!) { removePlace(input: $input) { __typename } }';
export const EXTEND = 'mutation ($input: ExtendReservationInput!) { extendReservation(input: $input) { __typename } }';
export const ADOPT = 'mutation ($tokens: [String!]!) { adoptReservations(sessionTokens: $tokens) { id } }';
export const CANCEL_TICKET = 'mutation ($id: ID!) { cancelTicket(id: $id) { __typename } }';
export const SET_ATTENDEE =
  'mutation ($id: ID!, $input: AttendeeInput!) { setAttendee(id: $id, input: $input) { __typename } }';
export const DOWNLOAD = 'mutation ($id: ID!) { downloadTicket(id: $id) { __typename } }';
export const SCAN = 'mutation ($input: ScanInput!) { scan(input: $input) { __typename } }';
export const PUBLISH = 'mutation ($id: ID!) { publishBookable(id: $id) { id } }';
export const CREATE_TRIP =
  'mutation ($organizationId: ID!, $input: TripInput!) { createTrip(organizationId: $organizationId, input: $input) { id } }';
export const CREATE_EVENT =
  'mutation ($organizationId: ID!, $input: EventInput!) { createEvent(organizationId: $organizationId, input: $input) { id } }';
export const UPDATE =
  'mutation ($id: ID!, $input: OrganizationInput!) { updateOrganization(id: $id, input: $input) { holdMinutes } }';
