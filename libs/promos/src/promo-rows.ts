import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { Database, notFound } from '#platform';
import { Promo } from './promo.entity.js';
import { PromoCodeUnknown } from './promo.refusals.js';

/** What can be a code: everything else is unknown before the database is asked. */
const CODE = /^[A-Z0-9][A-Z0-9_-]{2,39}$/;

/** A code as it is kept. @throws PromoCodeUnknown for what can be none */
export function asCode(typed: string): string {
  const code = typed.trim().toUpperCase();
  if (!CODE.test(code)) throw new PromoCodeUnknown();
  return code;
}

type Lists = Pick<Promo, 'id' | 'bookableIds' | 'tierIds' | 'unlockedTierIds'>;

/** Promos with what they are restricted to and what they unlock. */
@Injectable()
export class PromoRows {
  constructor(private readonly database: Database) {}

  /** @throws NOT_FOUND */
  async get(id: string): Promise<Promo> {
    const promo = await this.database.repository(Promo).findOneBy({ id });
    if (!promo) throw notFound('promo', id);
    return (await this.withLists([promo]))[0]!;
  }

  /** The oldest first; `after` is the last one of the page before. */
  async page(organizationId: string, first: number, after?: string): Promise<Promo[]> {
    const query = this.database
      .repository(Promo)
      .createQueryBuilder('promo')
      .where({ organizationId })
      .orderBy('promo.id')
      .limit(first);
    return await this.withLists(await (after ? query.andWhere('promo.id > :after', { after }) : query).getMany());
  }

  /** What may matter for an order: those that are given by themselves, oldest first, then the one of the code. */
  async forOrder(organizationId: string, code?: string): Promise<Promo[]> {
    const automatic = { organizationId, code: IsNull(), active: true };
    const promos = await this.database
      .repository(Promo)
      .find({ where: code ? [automatic, { organizationId, code }] : automatic, order: { id: 'ASC' } });
    return await this.withLists(promos.toSorted((a, b) => Number(a.code !== null) - Number(b.code !== null)));
  }

  async byCode(organizationId: string, code: string): Promise<Promo | undefined> {
    const promos = await this.database.repository(Promo).findBy({ organizationId, code });
    return (await this.withLists(promos))[0];
  }

  /** Replaces the lists that are given. */
  async writeLists(id: string, lists: Partial<Lists>): Promise<void> {
    for (const [table, column, ids] of [
      ['promo_bookables', 'bookable_id', lists.bookableIds],
      ['promo_tiers', 'tier_id', lists.tierIds],
      ['promo_unlocked_tiers', 'tier_id', lists.unlockedTierIds],
    ] as const) {
      if (!ids) continue;
      await this.database.query(`DELETE FROM ${table} WHERE promo_id = $1`, [id]);
      await this.database.query(
        `INSERT INTO ${table} (promo_id, ${column}) SELECT DISTINCT $1::uuid, id FROM unnest($2::uuid[]) AS id`,
        [id, ids],
      );
    }
  }

  private async withLists(promos: Promo[]): Promise<Promo[]> {
    if (promos.length === 0) return promos;
    const lists = await this.database.query<Lists>(
      `SELECT p.id,
         ARRAY(SELECT bookable_id FROM promo_bookables WHERE promo_id = p.id ORDER BY 1) AS "bookableIds",
         ARRAY(SELECT tier_id FROM promo_tiers WHERE promo_id = p.id ORDER BY 1) AS "tierIds",
         ARRAY(SELECT tier_id FROM promo_unlocked_tiers WHERE promo_id = p.id ORDER BY 1) AS "unlockedTierIds"
       FROM unnest($1::uuid[]) AS p (id)`,
      [promos.map(({ id }) => id)],
    );
    const byId = new Map(lists.map((list) => [list.id, list]));
    return promos.map((promo) => Object.assign(promo, byId.get(promo.id)));
  }
}
