import { Field, ID, ObjectType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person with a login. The e-mail address is kept in lower case and is unique. */
@ObjectType({ description: 'A person with a login.' })
@Entity('users')
export class User {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Field()
  @Column('text')
  email: string;

  @Column('text')
  passwordHash: string;

  @Field()
  @Column('text')
  name: string;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  phone: string | null;

  @Field({ description: 'May do everything, in every organization.' })
  @Column('boolean', { default: false })
  isAdmin: boolean;

  @Column('timestamptz')
  createdAt: Date;
}
