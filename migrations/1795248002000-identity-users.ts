import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IdentityUsers1795248002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE users (
        id uuid PRIMARY KEY,
        email text NOT NULL CONSTRAINT users_email_key UNIQUE CONSTRAINT users_email_lower CHECK (email = lower(email)),
        password_hash text NOT NULL,
        name text NOT NULL,
        phone text,
        is_admin boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL
      );

      -- organization_id has no foreign key: organizations belong to a library above.
      CREATE TABLE memberships (
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        organization_id uuid NOT NULL,
        role text NOT NULL CHECK (role IN ('ORGANISER', 'GATE')),
        PRIMARY KEY (user_id, organization_id)
      );

      CREATE TABLE refresh_tokens (
        token_hash text PRIMARY KEY,
        family_id uuid NOT NULL,
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        revoked_at timestamptz
      );
      CREATE INDEX refresh_tokens_family ON refresh_tokens (family_id);
      CREATE INDEX refresh_tokens_user ON refresh_tokens (user_id);

      CREATE TABLE password_resets (
        token_hash text PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE password_resets;
      DROP TABLE refresh_tokens;
      DROP TABLE memberships;
      DROP TABLE users;
    `);
  }
}
