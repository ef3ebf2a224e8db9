import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { Database, notFound, sqlState } from '#platform';
import { Promo, PromoAudience } from './promo.entity.js';
import type { PromoChangesInput, PromoInput } from './promo.inputs.js';
import { PromoRows } from './promo-rows.js';
import { checkTerms, completed } from './promo-terms.js';
import { PromoCodeTaken, PromoLimitTooLow } from './promo.refusals.js';

const UNIQUE_VIOLATION = '23505';

const NOTHING = {
  code: null,
  percentBps: null,
  amountMinor: null,
  takePlaces: null,
  payPlaces: null,
  currency: null,
  startsAt: null,
  endsAt: null,
  mostUses: null,
  mostUsesPerCustomer: null,
  mostPlaces: null,
  budgetMinor: null,
  minimumMinor: null,
  minimumPlaces: null,
  mostPlacesPerOrder: null,
  audience: PromoAudience.EVERYBODY,
  bookableIds: [] as string[],
  tierIds: [] as string[],
  unlockedTierIds: [] as string[],
};

/** What organisers do with the promos of their organization. */
@Injectable()
export class PromoOffersService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly rows: PromoRows,
  ) {}

  /** @throws PromoCodeTaken; BAD_USER_INPUT for terms that contradict each other */
  async create(organizationId: string, input: PromoInput): Promise<Promo> {
    const terms = completed({ ...NOTHING, ...given(input), active: true });
    terms.code &&= terms.code.toUpperCase();
    checkTerms(terms);
    const { bookableIds, tierIds, unlockedTierIds, ...columns } = terms;
    const id = newId();
    await this.database.transaction(async () => {
      try {
        await this.database.repository(Promo).insert({ id, organizationId, createdAt: this.clock.now(), ...columns });
      } catch (error) {
        // The id is new, so it is the code.
        throw sqlState(error) === UNIQUE_VIOLATION ? new PromoCodeTaken(terms.code!) : error;
      }
      await this.rows.writeLists(id, { bookableIds, tierIds, unlockedTierIds });
    });
    return await this.rows.get(id);
  }

  /**
   * Changes limits, window, audience and restrictions; uses that were claimed stay as they are.
   * @throws PromoLimitTooLow when less would be allowed than is used; NOT_FOUND; BAD_USER_INPUT
   */
  async update(id: string, { clear = [], ...input }: PromoChangesInput): Promise<Promo> {
    return await this.database.transaction(async () => {
      await this.lock(id);
      const promo = await this.rows.get(id);
      for (const limit of clear) Object.assign(promo, { [limit]: null });
      completed(Object.assign(promo, given(input)));
      checkTerms(promo);
      await this.checkLimits(promo);
      const {
        bookableIds,
        tierIds,
        unlockedTierIds,
        uses: _,
        placesUsed: __,
        budgetUsedMinor: ___,
        ...columns
      } = promo;
      await this.database.repository(Promo).update({ id }, columns);
      await this.rows.writeLists(id, { bookableIds, tierIds, unlockedTierIds });
      return await this.rows.get(id);
    });
  }

  /** From now on it is given to nobody; what was claimed stays. Twice is the same as once. @throws NOT_FOUND */
  async deactivate(id: string): Promise<Promo> {
    await this.database.query(`UPDATE promos SET active = false WHERE id = $1 AND active`, [id]);
    return await this.rows.get(id);
  }

  /** Nobody claims or gives back until the transaction ends. */
  private async lock(id: string): Promise<void> {
    const [row] = await this.database.query(`SELECT FROM promos WHERE id = $1 FOR NO KEY UPDATE`, [id]);
    if (!row) throw notFound('promo', id);
  }

  private async checkLimits(promo: Promo): Promise<void> {
    const [most] = await this.database.query<{ uses: number }>(
      `SELECT coalesce(max(uses), 0) AS uses FROM promo_customers WHERE promo_id = $1`,
      [promo.id],
    );
    for (const [limit, used] of [
      ['mostUses', promo.uses],
      ['mostUsesPerCustomer', most!.uses],
      ['mostPlaces', promo.placesUsed],
      ['budgetMinor', promo.budgetUsedMinor],
    ] as const)
      if (promo[limit] !== null && promo[limit] < used) throw new PromoLimitTooLow(limit, used);
  }
}

/** Without what was not given: a member of an input may be there and undefined. */
function given<T extends object>(input: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
