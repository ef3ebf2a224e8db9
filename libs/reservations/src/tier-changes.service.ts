import { Injectable } from '@nestjs/common';
import { Database, busy } from '#platform';
import { BookablesService, type Tier, TiersService, type UpdateTierInput } from '#catalogue';
import { Inventory } from './inventory/inventory.js';
import { ReleasesService } from './releases.service.js';
import { TierHeld, TierSold, TierTaken } from './tier.refusals.js';

/** What the walls of the database say (migration reservations-tier-walls). */
type Wall = 'tiers_price_stays' | 'tiers_quantity_covers' | 'tiers_sold_stays' | 'tiers_held_stays';

/** Some holds may have ended by the clock, and nobody has recorded it. */
const HOLDS_MATTER: readonly Wall[] = ['tiers_quantity_covers', 'tiers_held_stays'];

const MOST_TRIES = 4;

/**
 * Changes of a tier while it is sold. The database decides whether one is possible; here it gets its locks in order,
 * and its refusals their words. A hold keeps the price that it was promised, so only a sale fixes the price of a tier.
 */
@Injectable()
export class TierChangesService {
  constructor(
    private readonly database: Database,
    private readonly bookables: BookablesService,
    private readonly tiers: TiersService,
    private readonly inventory: Inventory,
    private readonly releases: ReleasesService,
  ) {}

  /** @throws TierSold, TierTaken; BAD_USER_INPUT */
  async update(tier: Tier, input: UpdateTierInput): Promise<Tier> {
    const { organizationId } = await this.bookables.get(tier.bookableId);
    return await this.change(tier, async () => await this.tiers.change(tier.id, organizationId, input));
  }

  /** @throws TierSold, TierHeld */
  async delete(tier: Tier): Promise<void> {
    await this.change(tier, async () => await this.tiers.remove(tier.id));
  }

  private async change<Result>(tier: Tier, work: () => Promise<Result>): Promise<Result> {
    let expired = 1;
    for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
      try {
        return await this.database.transaction(async () => {
          await this.tiers.lock(tier.bookableId);
          await this.inventory.lock([tier.bookableId]);
          return await work();
        });
      } catch (error) {
        const { constraint, detail } = saidBy(error);
        if (!constraint) throw error;
        // What stands in the way may have been freed by somebody else meanwhile: at least one more try.
        if (expired === 0 || !HOLDS_MATTER.includes(constraint)) throw await this.refusal(tier, constraint, detail);
        expired = await this.releases.expireDue(tier.bookableId);
      }
    }
    throw busy();
  }

  private async refusal({ id, bookableId, name }: Tier, wall: Wall, detail = ''): Promise<object> {
    if (wall === 'tiers_held_stays') return new TierHeld(name);
    if (wall === 'tiers_quantity_covers') return new TierTaken(name, Number(detail));
    const [places] = await this.database.query<{ sold: number }>(`SELECT sold FROM places_of_tier($1, $2)`, [
      bookableId,
      id,
    ]);
    const message =
      wall === 'tiers_price_stays'
        ? `${name} has been sold, and keeps its price. Make another tier for another price.`
        : `${name} has been ordered, and stays with its passengers. Deactivate it: then it is not sold any more.`;
    return new TierSold(message, places!.sold);
  }
}

function saidBy(error: unknown): { constraint?: Wall; detail?: string } {
  const { constraint, detail } =
    (error as { driverError?: { constraint?: string; detail?: string } } | null)?.driverError ?? {};
  const walls: readonly string[] = [
    'tiers_price_stays',
    'tiers_quantity_covers',
    'tiers_sold_stays',
    'tiers_held_stays',
  ] satisfies Wall[];
  return constraint !== undefined && walls.includes(constraint) ? { constraint: constraint as Wall, detail } : {};
}
