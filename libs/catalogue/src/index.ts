export { Bookable, BookableKind, BookableState, Event, Trip, TripCall } from './bookable.type.js';
export { BookableCancelled } from './bookable.events.js';
export { BookablesService, journeyBetween } from './bookables.service.js';
export { CatalogueModule } from './catalogue.module.js';
export {
  GtfsError,
  GtfsImport,
  type GtfsImportOptions,
  type GtfsImportProgress,
  type GtfsImportSummary,
} from './gtfs/index.js';
export { Organization } from './organization.entity.js';
export { OrganizationsService } from './organizations.service.js';
export { PricesService, PricedTier, fareKey } from './prices.service.js';
export { PublishingService } from './publishing.service.js';
export { Route } from './route.entity.js';
export { Area, Seat, SeatMap } from './seat-map.entity.js';
export { SeatMapsService } from './seat-maps.service.js';
export { Stop } from './stop.entity.js';
export { TaxCategory, TaxRate } from './tax/tax-rate.entity.js';
export { TaxRatesService } from './tax/tax-rates.service.js';
export { Tier } from './tier.entity.js';
export { UpdateTierInput } from './tiers/tier.inputs.js';
export { TiersService } from './tiers/tiers.service.js';
export { TripOffer } from './trip-search.service.js';
export { Venue } from './venue.entity.js';
