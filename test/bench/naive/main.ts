import 'reflect-metadata';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { JwtModule } from '@nestjs/jwt';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { FastifyRequest } from 'fastify';
import { NaiveReservation, NaiveSeat } from './entities.js';
import { NaiveResolver } from './naive.resolver.js';
import { NaiveService } from './naive.service.js';
import { OptionalLogin } from './optional-login.js';

/** The yardstick `hold.naive`: an ordinary application of the same stack, with its defaults. */
@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env['DATABASE_URL'],
      entities: [NaiveReservation, NaiveSeat],
      synchronize: true,
      uuidExtension: 'pgcrypto',
      // gen_random_uuid() is built in.
      installExtensions: false,
    }),
    JwtModule.register({ secret: process.env['JWT_SECRET'] }),
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      graphiql: false,
      context: (req: FastifyRequest) => ({ req }),
    }),
  ],
  providers: [NaiveService, NaiveResolver, OptionalLogin],
})
class NaiveModule {}

const app = await NestFactory.create<NestFastifyApplication>(NaiveModule, new FastifyAdapter(), { logger: ['error'] });
await app.listen(Number(process.env['PORT']), '127.0.0.1');
