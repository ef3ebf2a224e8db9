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
  ],
  exports: services,
})
export class CatalogueModule {}
