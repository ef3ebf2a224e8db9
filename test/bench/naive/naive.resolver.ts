import { UseGuards } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { OptionalLogin } from './optional-login.js';
import { NaiveService } from './naive.service.js';
import { type ReservationOpened, ReserveArgs, ReserveResult, type SeatTaken } from './schema.js';

@Resolver()
@UseGuards(OptionalLogin)
export class NaiveResolver {
  constructor(private readonly service: NaiveService) {}

  /** A schema needs a query. */
  @Query(() => Boolean)
  isReady(): boolean {
    return true;
  }

  @Mutation(() => ReserveResult)
  async reserve(@Args() { input }: ReserveArgs): Promise<ReservationOpened | SeatTaken> {
    return await this.service.reserve(input);
  }
}
