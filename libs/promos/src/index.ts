export type { Basket, Discount } from './basket.js';
export { Promo, PromoAudience, PromoKind } from './promo.entity.js';
export { PromoCodeNotValid, PromoCodeUnknown, PromoRefusalReason } from './promo.refusals.js';
export { PromoOffersService } from './promo-offers.service.js';
export { PromosModule } from './promos.module.js';
export { PromosService } from './promos.service.js';
