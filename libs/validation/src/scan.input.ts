import { Field, ID, InputType, Int } from '@nestjs/graphql';
import { IsOptional, IsUUID, Max, MaxLength, Min } from 'class-validator';

@InputType()
export class ScanInput {
  @Field({ description: 'The text of the QR code.' })
  @MaxLength(512)
  code: string;

  @Field(() => ID, { description: 'The trip or event at whose door the scanner stands.' })
  @IsUUID()
  bookableId: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Position of the call where the coach stands; tickets from other stops are refused.',
  })
  @IsOptional()
  @Min(0)
  @Max(1000)
  position?: number;

  @Field({ nullable: true, description: 'Name of the door or device, for the records.' })
  @IsOptional()
  @MaxLength(60)
  gate?: string;
}
