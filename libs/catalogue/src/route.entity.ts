import { Field, ID, ObjectType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@ObjectType({ description: 'A line that trips run on.' })
@Entity('routes')
export class Route {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  organizationId: string;

  @Column('text', { nullable: true })
  externalId: string | null;

  @Field()
  @Column('text')
  shortName: string;

  @Field()
  @Column('text')
  longName: string;
}
