import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export enum MemberRole {
  ORGANISER = 'ORGANISER',
  GATE = 'GATE',
}
registerEnumType(MemberRole, {
  name: 'MemberRole',
  description: 'What a member does in an organization.',
  valuesMap: {
    ORGANISER: { description: 'Publishes and manages what the organization sells.' },
    GATE: { description: 'Scans tickets at the door of the coach or hall.' },
  },
});

/** A user's role in one organization. */
@ObjectType({ description: 'A role in one organization.' })
@Entity('memberships')
export class Membership {
  @PrimaryColumn('uuid')
  userId: string;

  @Field(() => ID)
  @PrimaryColumn('uuid')
  organizationId: string;

  @Field(() => MemberRole)
  @Column('text')
  role: MemberRole;
}
