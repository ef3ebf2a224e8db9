import { Field, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'An address that gives the file to whoever has it, for some minutes.' })
export class DownloadLink {
  @Field()
  url: string;

  @Field()
  expiresAt: Date;
}
