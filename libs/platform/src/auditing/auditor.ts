import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Database } from '../database/database.js';

/** Something that must hold at every moment. */
export interface Invariant {
  /** What is wrong when it does not hold: `seat-held-twice`. */
  name: string;
  /** One row, with the column `subject`, for each violation. It may not have parameters. */
  sql: string;
}

export interface Finding {
  invariant: string;
  /** How many violations there are. */
  count: number;
  /** The first of them, named so that they can be found. */
  subjects: string[];
}

const MOST_SUBJECTS = 20;

const violations = new Gauge({
  name: 'holdfast_invariant_violations',
  help: 'Rows that break an invariant, as of the last audit of this process',
  labelNames: ['invariant'],
});

/** Checks what the libraries have said must always hold, all of it as of one instant. */
@Injectable()
export class Auditor {
  private readonly invariants: Invariant[] = [];

  constructor(private readonly database: Database) {}

  register(invariants: Invariant[]): void {
    this.invariants.push(...invariants);
  }

  get names(): string[] {
    return this.invariants.map(({ name }) => name);
  }

  /** @returns nothing when all is well */
  async run(): Promise<Finding[]> {
    return await this.database.transaction(async () => {
      await this.database.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      // Whole tables are compared. Without statistics, as after a rush, the planner would go through one for each row of another.
      await this.database.query('SET LOCAL enable_nestloop = off');
      const findings: Finding[] = [];
      for (const { name, sql } of this.invariants) {
        const [row] = await this.database.query<{ count: string; subjects: string[] | null }>(
          `WITH violations AS MATERIALIZED (${sql})
           SELECT count(*), (SELECT array_agg(subject) FROM (SELECT subject FROM violations ORDER BY subject LIMIT ${MOST_SUBJECTS}) v) AS subjects
           FROM violations`,
        );
        const count = Number(row!.count);
        violations.set({ invariant: name }, count);
        if (count > 0) findings.push({ invariant: name, count, subjects: row!.subjects ?? [] });
      }
      return findings;
    });
  }
}
