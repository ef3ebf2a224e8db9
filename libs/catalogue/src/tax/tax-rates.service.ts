import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { Database, SharedRead, badInput, notFound } from '#platform';
import { TaxCategory, TaxRate } from './tax-rate.entity.js';
import type { TaxRateInput, UpdateTaxRateInput } from './tax-rate.inputs.js';

/** The rates of tax that organizations charge. */
@Injectable()
export class TaxRatesService {
  private readonly rates: SharedRead<TaxRate>;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.rates = SharedRead.byId(database, TaxRate);
  }

  /** By country and name. */
  async list(organizationId: string): Promise<TaxRate[]> {
    return await this.database
      .repository(TaxRate)
      .find({ where: { organizationId }, order: { country: 'ASC', name: 'ASC', id: 'ASC' } });
  }

  /** @throws NOT_FOUND */
  async get(id: string): Promise<TaxRate> {
    const rate = await this.database.repository(TaxRate).findOneBy({ id });
    if (!rate) throw notFound('tax rate', id);
    return rate;
  }

  /** All that are asked for at the same moment share a statement. */
  async find(id: string): Promise<TaxRate | undefined> {
    return await this.rates.of(id);
  }

  /** @throws BAD_USER_INPUT for a rate that its category does not have */
  async create(organizationId: string, input: TaxRateInput): Promise<TaxRate> {
    if ((input.category === TaxCategory.S) !== input.rateBps > 0) {
      throw badInput('A standard or reduced rate (S) is more than 0; zero-rated (Z) and exempt (E) are 0.', 'rateBps');
    }
    const id = newId();
    return await this.database.transaction(async () => {
      await this.lock(organizationId);
      if (input.isDefault) await this.dismissDefault(organizationId, input.country);
      await this.database
        .repository(TaxRate)
        .insert({ id, organizationId, active: true, createdAt: this.clock.now(), ...input });
      return await this.get(id);
    });
  }

  /** What it says stays: only its name, and for what it is taken from now on. @throws NOT_FOUND */
  async update(id: string, { name, active, isDefault }: UpdateTaxRateInput): Promise<TaxRate> {
    return await this.database.transaction(async () => {
      const { organizationId, country } = await this.get(id);
      await this.lock(organizationId);
      const before = await this.get(id);
      const after = {
        name: name ?? before.name,
        active: active ?? before.active,
        isDefault: isDefault ?? before.isDefault,
      };
      if (after.active && after.isDefault) await this.dismissDefault(organizationId, country, id);
      await this.database.repository(TaxRate).update({ id }, after);
      return await this.get(id);
    });
  }

  /** A tier of the organization may take it from now on. @throws BAD_USER_INPUT */
  async mustBeUsable(organizationId: string, id: string): Promise<void> {
    const rate = await this.database.repository(TaxRate).findOneBy({ id, organizationId });
    if (!rate) throw badInput('taxRateId names a tax rate that this organization does not have.', 'taxRateId');
    if (!rate.active) throw badInput(`The tax rate ${rate.name} is not active any more.`, 'taxRateId');
  }

  /** One at a time decides about the defaults of an organization. */
  private async lock(organizationId: string): Promise<void> {
    await this.database.query(`SELECT FROM organizations WHERE id = $1 FOR NO KEY UPDATE`, [organizationId]);
  }

  private async dismissDefault(organizationId: string, country: string, except?: string): Promise<void> {
    await this.database.query(
      `UPDATE tax_rates SET is_default = false
       WHERE organization_id = $1 AND country = $2 AND is_default AND id IS DISTINCT FROM $3::uuid`,
      [organizationId, country, except ?? null],
    );
  }
}
