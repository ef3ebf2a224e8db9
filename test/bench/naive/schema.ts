import { ArgsType, Field, ID, InputType, Int, ObjectType, createUnionType } from '@nestjs/graphql';

@ObjectType('Reservation')
export class ReservationType {
  @Field(() => ID)
  id: string;

  @Field()
  expiresAt: Date;
}

@ObjectType()
export class ReservationOpened {
  @Field()
  sessionToken: string;

  @Field(() => ReservationType)
  reservation: ReservationType;
}

@ObjectType()
class Refusal {
  @Field()
  message: string;
}

@ObjectType()
export class SeatTaken {
  @Field(() => [ID])
  seatIds: string[];

  @Field()
  message: string;
}

@InputType()
export class SeatRequest {
  @Field(() => ID)
  seatId: string;
}

@InputType()
export class ReserveInput {
  @Field(() => ID)
  bookableId: string;

  @Field(() => Int)
  from: number;

  @Field(() => Int)
  to: number;

  @Field(() => [SeatRequest])
  seats: SeatRequest[];

  @Field({ nullable: true })
  idempotencyKey?: string;
}

@ArgsType()
export class ReserveArgs {
  @Field(() => ReserveInput)
  input: ReserveInput;
}

export const ReserveResult = createUnionType({
  name: 'ReserveResult',
  types: () => [ReservationOpened, SeatTaken, Refusal] as const,
  resolveType: (value: object) =>
    'sessionToken' in value ? ReservationOpened : 'seatIds' in value ? SeatTaken : Refusal,
});
