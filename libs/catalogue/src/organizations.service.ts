import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { Database, SharedRead, badInput, notFound } from '#platform';
import { Organization } from './organization.entity.js';

@Injectable()
export class OrganizationsService {
  private readonly organizations: SharedRead<Organization>;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.organizations = SharedRead.byId(database, Organization);
  }

  async create(
    given: Pick<Organization, 'name' | 'slug' | 'currency' | 'timeZone'> & Partial<Organization>,
  ): Promise<Organization> {
    const organization = { id: newId(), createdAt: this.clock.now(), ...given };
    await this.database.repository(Organization).insert(organization);
    return await this.get(organization.id);
  }

  /**
   * Changes what is given; an empty text of an invoice is none.
   * @throws BAD_USER_INPUT when the refund terms would rise as the departure nears
   */
  async update(id: string, given: Partial<Organization>): Promise<Organization> {
    const changes = Object.fromEntries(
      Object.entries(given)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, value === '' ? null : value]),
    ) as Partial<Organization>;
    return await this.database.transaction(async () => {
      await this.database.query(`SELECT FROM organizations WHERE id = $1 FOR NO KEY UPDATE`, [id]);
      const { refundFullUntilHours, refundPartialUntilHours } = Object.assign(await this.get(id), changes);
      if (refundFullUntilHours < refundPartialUntilHours) {
        throw badInput(
          'A part cannot be given back longer before departure than everything.',
          'refundPartialUntilHours',
        );
      }
      if (Object.keys(changes).length > 0) await this.database.repository(Organization).update({ id }, changes);
      return await this.get(id);
    });
  }

  /** @throws NOT_FOUND */
  async get(id: string): Promise<Organization> {
    const organization = await this.organizations.of(id.toLowerCase());
    if (!organization) throw notFound('organization', id);
    return organization;
  }

  async findBySlug(slug: string): Promise<Organization | null> {
    return await this.database.repository(Organization).findOneBy({ slug });
  }

  async findByExternalId(externalId: string): Promise<Organization | null> {
    return await this.database.repository(Organization).findOneBy({ externalId });
  }
}
