import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export enum SeatPosition {
  WINDOW = 'WINDOW',
  AISLE = 'AISLE',
  MIDDLE = 'MIDDLE',
}
registerEnumType(SeatPosition, { name: 'SeatPosition' });

/** A version of the layout of a vehicle or hall. */
@ObjectType({
  description: 'A version of the layout of a vehicle or hall. It never changes: an edit makes the next version.',
})
@Entity('seat_maps')
export class SeatMap {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  organizationId: string;

  @Field()
  @Column('text')
  name: string;

  @Field(() => Int)
  @Column('integer')
  version: number;

  @Column('timestamptz')
  createdAt: Date;
}

@ObjectType({ description: 'One place with a number.' })
@Entity('seats')
export class Seat {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  seatMapId: string;

  @Field(() => Int, { description: 'Place of the seat in the map: 0, 1, 2, …' })
  @Column('integer')
  ordinal: number;

  @Field({ description: 'What is written on the seat, such as 4C.' })
  @Column('text')
  label: string;

  @Field(() => Int, { description: 'Counted from the front, from 1.' })
  @Column('integer')
  rowNumber: number;

  @Field(() => Int, { description: 'Counted from the left as seen from behind, from 1; an aisle takes a number too.' })
  @Column('integer')
  columnNumber: number;

  @Field(() => SeatPosition)
  @Column('text')
  position: SeatPosition;

  @Field({ description: 'Such as standard, front, stalls.' })
  @Column('text')
  category: string;

  @Field({ description: 'Reachable without steps.' })
  @Column('boolean', { default: false })
  accessible: boolean;
}

@ObjectType({ description: 'Places without numbers, such as standing room.' })
@Entity('areas')
export class Area {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  seatMapId: string;

  @Field()
  @Column('text')
  name: string;

  @Field(() => Int)
  @Column('integer')
  capacity: number;
}
