import { Module } from '@nestjs/common';
import { Auditor } from '#platform';
import { Customers } from './customers.js';
import { PROMO_INVARIANTS } from './invariants.js';
import { PromoGuesses } from './promo-guesses.js';
import { PromoOffersService } from './promo-offers.service.js';
import { PromoRows } from './promo-rows.js';
import { PromoUses } from './promo-uses.js';
import { PromosResolver } from './promos.resolver.js';
import { PromosService } from './promos.service.js';

@Module({
  providers: [PromosService, PromoOffersService, PromoRows, PromoUses, PromoGuesses, Customers, PromosResolver],
  exports: [PromosService, PromoOffersService],
})
export class PromosModule {
  constructor(auditor: Auditor) {
    auditor.register(PROMO_INVARIANTS);
  }
}
