import { InputType } from '@nestjs/graphql';
import { PersonInput } from '#identity';

@InputType({ description: 'Who travels.' })
export class AttendeeInput extends PersonInput {}
