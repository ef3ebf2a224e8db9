import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export enum TaxCategory {
  S = 'S',
  Z = 'Z',
  E = 'E',
}
registerEnumType(TaxCategory, {
  name: 'TaxCategory',
  description: 'As invoices name it (UNTDID 5305).',
  valuesMap: {
    S: { description: 'A standard or reduced rate; more than 0.' },
    Z: { description: 'Taxed at 0 %.' },
    E: { description: 'Exempt from tax.' },
  },
});

/** A rate of tax that an organization charges. What it says never changes: another rate is another one. */
@ObjectType({ description: 'A rate of tax. It never changes: another rate is another one.' })
@Entity('tax_rates')
export class TaxRate {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  organizationId: string;

  @Field({ description: 'ISO 3166 alpha-2, such as GB.' })
  @Column('text')
  country: string;

  @Field({ description: 'Such as VAT.' })
  @Column('text')
  name: string;

  @Field(() => Int, { description: 'In basis points: 2000 are 20 %.' })
  @Column('integer')
  rateBps: number;

  @Field(() => TaxCategory)
  @Column('text')
  category: TaxCategory;

  @Field({ description: 'False: no tier takes it any more; those that have it keep it.' })
  @Column('boolean', { default: true })
  active: boolean;

  @Field({ description: 'For tiers that name none, while it is active and its country the organization’s.' })
  @Column('boolean', { default: false })
  isDefault: boolean;

  @Column('timestamptz')
  createdAt: Date;
}
