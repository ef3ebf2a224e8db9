import { Module } from '@nestjs/common';
import { BookableResolver, TripResolver } from './bookable.resolver.js';
import { BookableRows } from './bookable-rows.js';
import { BookablesService } from './bookables.service.js';
import { EventResolver, SeatMapResolver, TripCallResolver } from './details.resolver.js';
import { GtfsImport } from './gtfs/index.js';
import { OrganiserResolver } from './organiser.resolver.js';
import { OrganizationsService } from './organizations.service.js';
import { PricesService } from './prices.service.js';
import { PublicResolver } from './public.resolver.js';
import { PublishingService } from './publishing.service.js';
import { SeatLayoutController } from './seat-layout.controller.js';
import { SeatMapsService } from './seat-maps.service.js';
import { StopSearch } from './stop-search.service.js';
import { TaxRatesResolver } from './tax/tax-rates.resolver.js';
import { TaxRatesService } from './tax/tax-rates.service.js';
import { TiersResolver } from './tiers/tiers.resolver.js';
import { TiersService } from './tiers/tiers.service.js';
import { TripSearch } from './trip-search.service.js';

const services = [
  BookableRows,
  BookablesService,
  GtfsImport,
  OrganizationsService,
  PricesService,
  PublishingService,
  SeatMapsService,
  StopSearch,
  TaxRatesService,
  TiersService,
  TripSearch,
];

@Module({
  controllers: [SeatLayoutController],
  providers: [
    ...services,
    PublicResolver,
    OrganiserResolver,
    BookableResolver,
    TripResolver,
    TripCallResolver,
    EventResolver,
    SeatMapResolver,
    TaxRatesResolver,
    TiersResolver,
  ],
  exports: services,
})
export class CatalogueModule {}
