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
export const DOWNLOAD_INVOICE =
  'mutation ($id: ID!, $format: InvoiceFormat!, $sessionToken: String) { downloadInvoice(id: $id, format: $format, sessionToken: $sessionToken) { __typename } }';
export const JOURNAL =
  'query ($id: ID!, $since: DateTime!, $until: DateTime!, $first: Int!, $after: ID) { journal(organizationId: $id, since: $since, until: $until, first: $first, after: $after) { endCursor } }';
export const EXPORT =
  'mutation ($id: ID!, $since: DateTime!, $until: DateTime!, $format: AccountingFormat!) { exportAccounting(organizationId: $id, since: $since, until: $until, format: $format) { url } }';
export const DOWNLOAD = 'mutation ($id: ID!) { downloadTicket(id: $id) { __typename } }';
export const SCAN = 'mutation ($input: ScanInput!) { scan(input: $input) { __typename } }';
export const PUBLISH = 'mutation ($id: ID!) { publishBookable(id: $id) { id } }';
export const CREATE_TRIP =
  'mutation ($organizationId: ID!, $input: TripInput!) { createTrip(organizationId: $organizationId, input: $input) { id } }';
export const CREATE_EVENT =
  'mutation ($organizationId: ID!, $input: EventInput!) { createEvent(organizationId: $organizationId, input: $input) { id } }';
export const CREATE_TIER =
  'mutation ($id: ID!, $input: CreateTierInput!) { createTier(bookableId: $id, input: $input) { id } }';
export const UPDATE_TIER =
  'mutation ($id: ID!, $input: UpdateTierInput!) { updateTier(id: $id, input: $input) { __typename } }';
export const DELETE_TIER = 'mutation ($id: ID!) { deleteTier(id: $id) { __typename } }';
export const CREATE_TAX_RATE =
  'mutation ($id: ID!, $input: TaxRateInput!) { createTaxRate(organizationId: $id, input: $input) { id } }';
export const UPDATE_TAX_RATE =
  'mutation ($id: ID!, $input: UpdateTaxRateInput!) { updateTaxRate(id: $id, input: $input) { id } }';
export const UPDATE =
  'mutation ($id: ID!, $input: OrganizationInput!) { updateOrganization(id: $id, input: $input) { holdMinutes } }';
export const CREATE_PROMO =
  'mutation ($organizationId: ID!, $input: PromoInput!) { createPromo(organizationId: $organizationId, input: $input) { __typename } }';
export const UPDATE_PROMO =
  'mutation ($id: ID!, $input: PromoChangesInput!) { updatePromo(id: $id, input: $input) { __typename } }';
export const DEACTIVATE_PROMO = 'mutation ($id: ID!) { deactivatePromo(id: $id) { __typename } }';
export const CANCEL_TICKETS = 'mutation ($input: CancelTicketsInput!) { cancelTickets(input: $input) { __typename } }';
export const TRANSFER = 'mutation ($input: TransferTicketInput!) { transferTicket(input: $input) { __typename } }';
export const QUOTE = 'mutation ($input: QuoteInput!) { quote(input: $input) { __typename } }';
export const OFFER_EXCHANGE = 'mutation ($input: ExchangeOfferInput!) { exchangeOffer(input: $input) { __typename } }';
export const EXCHANGE = 'mutation ($input: ExchangeTicketsInput!) { exchangeTickets(input: $input) { __typename } }';
export const ACCEPT_SEATS = 'mutation ($input: SeatOfferInput!) { acceptSeats(input: $input) { __typename } }';
export const DECLINE_SEATS = 'mutation ($input: SeatOfferInput!) { declineSeats(input: $input) { __typename } }';
export const APPROVE = 'mutation ($id: ID!) { approveOrder(id: $id) { __typename } }';
export const REJECT = 'mutation ($id: ID!, $reason: String!) { rejectOrder(id: $id, reason: $reason) { __typename } }';
export const CALL_OFF = 'mutation ($id: ID!, $reason: String!) { cancelBookable(id: $id, reason: $reason) { id } }';
