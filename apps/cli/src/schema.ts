import { writeFileSync } from 'node:fs';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { printSchema } from 'graphql';
import { envExample } from '#platform';
import { withApplication } from './context.js';

/** Writes what is generated and committed: `schema.graphql` and `.env.example`. A test compares both. */
await withApplication(async (get) => {
  writeFileSync('schema.graphql', `${printSchema(get(GraphQLSchemaHost).schema)}\n`);
  writeFileSync('.env.example', envExample());
  await Promise.resolve();
});
process.exit(0);
