import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { HoldEnds } from './inventory/hold-ends.js';
import { SeatTaken } from './reservation.refusals.js';

/** Looked up only for clients that want to know: in a rush most of them do not. */
@Resolver(() => SeatTaken)
export class SeatTakenResolver {
  constructor(private readonly holdEnds: HoldEnds) {}

  @ResolveField(() => Date, {
    nullable: true,
    description:
      'The seats are only held: if nobody pays by then, they can be reserved from this moment on. Null: one of them is sold.',
  })
  async mayBeFreeAt(@Parent() seats: SeatTaken): Promise<Date | null> {
    return await this.holdEnds.of(seats);
  }
}
