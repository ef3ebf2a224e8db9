import { Global, Module } from '@nestjs/common';
import { Attempts } from './attempts.js';
import { PubSub } from './pub-sub.js';
import { RedisCommands } from './redis-commands.js';
import { Turns } from './turns.js';

@Global()
@Module({ providers: [RedisCommands, PubSub, Turns, Attempts], exports: [PubSub, Turns, Attempts] })
export class RedisModule {}
