import { Field, Float, ID, ObjectType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@ObjectType({ description: 'A place where coaches call.' })
@Entity('stops')
export class Stop {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  organizationId: string;

  @Column('text', { nullable: true })
  externalId: string | null;

  @Field()
  @Column('text')
  name: string;

  @Field(() => Float, { nullable: true })
  @Column('double precision', { nullable: true })
  latitude: number | null;

  @Field(() => Float, { nullable: true })
  @Column('double precision', { nullable: true })
  longitude: number | null;

  @Field({ description: 'IANA time zone.' })
  @Column('text')
  timeZone: string;
}
