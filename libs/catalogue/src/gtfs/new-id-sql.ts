/**
 * A UUID of version 7 made by PostgreSQL 15 and newer, for statements that insert many rows: 48 bits of milliseconds
 * over a version 4, whose version bits are then set to 7. (uuidv7() is there from PostgreSQL 18 on.)
 */
export const NEW_ID = `encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
  PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid`;
