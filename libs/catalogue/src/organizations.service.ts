import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { Database, badInput, notFound } from '#platform';
import { Organization } from './organization.entity.js';

@Injectable()
export class OrganizationsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async create(
    given: Pick<Organization, 'name' | 'slug' | 'currency' | 'timeZone'> & Partial<Organization>,
  ): Promise<Organization> {
    const organization = { id: newId(), createdAt: this.clock.now(), ...given };
    await this.database.repository(Organization).insert(organization);
    return await this.get(organization.id);
  }

  /** @throws BAD_USER_INPUT when the refund terms would rise as the departure nears */
  async update(id: string, changes: Partial<Organization>): Promise<Organization> {
    const organization = Object.assign(await this.get(id), changes);
    if (organization.refundFullUntilHours < organization.refundPartialUntilHours) {
      throw badInput('A part cannot be given back longer before departure than everything.', 'refundPartialUntilHours');
    }
    return await this.database.repository(Organization).save(organization);
  }

  /** @throws NOT_FOUND */
  async get(id: string): Promise<Organization> {
    const organization = await this.database.repository(Organization).findOneBy({ id });
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
