import { Field, ObjectType } from '@nestjs/graphql';
import { User } from './user.entity.js';

@ObjectType({ description: 'A login: a short-lived access token, and the refresh token that gives the next one.' })
export class Session {
  @Field({
    description: 'Send it as "Authorization: Bearer …", or as the connection parameter "authorization" of a websocket.',
  })
  accessToken: string;

  @Field({ description: 'Works once, for refreshSession.' })
  refreshToken: string;

  @Field({ description: 'When the access token ends.' })
  expiresAt: Date;

  @Field(() => User)
  user: User;
}
