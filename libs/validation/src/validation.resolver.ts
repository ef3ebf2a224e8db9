import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { resultUnion } from '#platform';
import { Can, CurrentPrincipal, type Principal } from '#identity';
import {
  AlreadyUsed,
  ForgedCode,
  CancelledTicket,
  ExpiredTicket,
  TooEarly,
  UnknownCode,
  WrongBookable,
  WrongStop,
} from './check-in.refusals.js';
import { CheckIn } from './check-in.type.js';
import { CheckInsService } from './check-ins.service.js';
import { ScanInput } from './scan.input.js';

const ScanResult = resultUnion('ScanResult', [
  CheckIn,
  UnknownCode,
  ForgedCode,
  WrongBookable,
  WrongStop,
  AlreadyUsed,
  CancelledTicket,
  ExpiredTicket,
  TooEarly,
]);

@Resolver()
export class ValidationResolver {
  constructor(private readonly checkIns: CheckInsService) {}

  @Mutation(() => ScanResult, { description: 'Checks a ticket at the door and uses it, once.' })
  @Can('ticket.scan')
  async scan(@CurrentPrincipal() principal: Principal, @Args('input') input: ScanInput): Promise<CheckIn> {
    return await this.checkIns.scan(principal, input);
  }
}
