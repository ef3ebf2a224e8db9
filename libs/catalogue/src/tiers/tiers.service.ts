import { Injectable } from '@nestjs/common';
import { newId } from '#kernel';
import { Database, badInput, notFound, sqlState } from '#platform';
import { type Principal, may } from '#identity';
import type { Bookable } from '../bookable.type.js';
import { PricesService } from '../prices.service.js';
import { TaxRatesService } from '../tax/tax-rates.service.js';
import { Tier } from '../tier.entity.js';
import { type CreateTierInput, type TierInput, TierSetting, type UpdateTierInput } from './tier.inputs.js';

const MOST_TIERS = 50;

const CLEARED: Record<TierSetting, Partial<Tier>> = {
  [TierSetting.QUANTITY]: { quantity: null },
  [TierSetting.SALE_START]: { saleStartsAt: null },
  [TierSetting.SALE_END]: { saleEndsAt: null },
  [TierSetting.TAX_RATE]: { taxRateId: null },
};

type Owned = Pick<Bookable, 'id' | 'organizationId'>;

/** Price classes as their organisers make them. What has been sold of them is not its business: see reservations. */
@Injectable()
export class TiersService {
  constructor(
    private readonly database: Database,
    private readonly prices: PricesService,
    private readonly taxRates: TaxRatesService,
  ) {}

  /** @throws NOT_FOUND */
  async get(id: string): Promise<Tier> {
    const tier = await this.database.repository(Tier).findOneBy({ id });
    if (!tier) throw notFound('tier', id);
    return tier;
  }

  /** In position order: what is sold or was; for the organization's own people all of them. */
  async visible(principal: Principal | undefined, { id, organizationId }: Owned): Promise<Tier[]> {
    const tiers = await this.prices.tiers(id);
    if (may('tier.read-all', principal, { organizationId })) return tiers;
    return tiers.filter(({ active, hidden }) => active && !hidden);
  }

  /** The first tiers of a new bookable. @throws BAD_USER_INPUT */
  async insertAll({ id, organizationId }: Owned, inputs: TierInput[]): Promise<void> {
    for (const input of inputs) await this.check(organizationId, input, input.taxRateId);
    await this.insert(inputs.map((input, position) => ({ id: newId(), bookableId: id, ...input, position })));
  }

  /** @throws BAD_USER_INPUT */
  async create(bookable: Owned, { position, ...input }: CreateTierInput): Promise<Tier> {
    const id = newId();
    return await this.database.transaction(async () => {
      await this.lock(bookable.id);
      await this.check(bookable.organizationId, input, input.taxRateId);
      const tiers = await this.prices.tiers(bookable.id);
      if (tiers.length >= MOST_TIERS) throw badInput(`A trip or event has at most ${MOST_TIERS} tiers.`, 'bookableId');
      const last = (tiers.at(-1)?.position ?? -1) + 1;
      await this.insert([{ id, bookableId: bookable.id, ...input, position: last }]);
      if (position !== undefined) await this.move(bookable.id, id, position);
      return await this.get(id);
    });
  }

  /** Before a tier is changed: whoever makes the first reservation of the bookable waits, and then sees the change. */
  async lock(bookableId: string): Promise<void> {
    await this.database.query(`SELECT FROM bookables WHERE id = $1 FOR NO KEY UPDATE`, [bookableId]);
  }

  /** In the open transaction, whose caller has locked what is sold of it. @throws BAD_USER_INPUT, NOT_FOUND */
  async change(id: string, organizationId: string, { position, clear = [], ...given }: UpdateTierInput): Promise<Tier> {
    const before = await this.get(id);
    const changes: Partial<Tier> = Object.assign({}, ...clear.map((setting) => CLEARED[setting]), defined(given));
    await this.check(organizationId, { ...before, ...changes }, given.taxRateId);
    if (Object.keys(changes).length > 0)
      await named(async () => await this.database.repository(Tier).update({ id }, changes));
    if (position !== undefined) await this.move(before.bookableId, id, position);
    return await this.get(id);
  }

  /** In the open transaction, as `change`. */
  async remove(id: string): Promise<void> {
    await this.database.query(`DELETE FROM tiers WHERE id = $1`, [id]);
  }

  private async insert(tiers: (TierInput & Pick<Tier, 'id' | 'bookableId' | 'position'>)[]): Promise<void> {
    await named(async () => await this.database.repository(Tier).insert(tiers));
  }

  private async check(
    organizationId: string,
    { saleStartsAt, saleEndsAt, minPerOrder, maxPerOrder }: Partial<Tier>,
    taxRateId: string | undefined,
  ): Promise<void> {
    if (saleStartsAt && saleEndsAt && saleEndsAt <= saleStartsAt)
      throw badInput('The sale ends before it starts.', 'saleEndsAt');
    if (minPerOrder !== undefined && maxPerOrder !== undefined && minPerOrder > maxPerOrder)
      throw badInput('The least per order is more than the most.', 'minPerOrder');
    if (taxRateId !== undefined) await this.taxRates.mustBeUsable(organizationId, taxRateId);
  }

  /** Puts a tier at its place in the order; those after it make room. */
  private async move(bookableId: string, id: string, position: number): Promise<void> {
    const others = (await this.prices.tiers(bookableId)).flatMap((tier) => (tier.id === id ? [] : [tier.id]));
    await this.database.query(
      `UPDATE tiers t SET position = n.place - 1 FROM unnest($2::uuid[]) WITH ORDINALITY AS n (id, place)
       WHERE t.bookable_id = $1 AND t.id = n.id AND t.position <> n.place - 1`,
      [bookableId, others.toSpliced(position, 0, id)],
    );
  }
}

function defined<Values extends object>(values: Values): Partial<Values> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<Values>;
}

/** @throws BAD_USER_INPUT when two tiers of a bookable have one name */
async function named(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (sqlState(error) === '23505') throw badInput('Two tiers have the same name.', 'name');
    throw error;
  }
}
