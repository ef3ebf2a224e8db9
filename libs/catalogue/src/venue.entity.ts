import { Field, ID, ObjectType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@ObjectType({ description: 'A place where events happen.' })
@Entity('venues')
export class Venue {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  organizationId: string;

  @Field()
  @Column('text')
  name: string;

  @Field()
  @Column('text')
  address: string;

  @Field({ description: 'IANA time zone.' })
  @Column('text')
  timeZone: string;
}
