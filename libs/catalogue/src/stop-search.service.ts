import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { Stop } from './stop.entity.js';

const MOST = 20;

/** Finds stops by their name. */
@Injectable()
export class StopSearch {
  constructor(private readonly database: Database) {}

  /** Names that begin with the words come first. */
  async search(name: string): Promise<Stop[]> {
    const words = name.trim().replace(/[\\%_]/g, '\\$&');
    const rows = await this.database.read<Stop>(
      `SELECT id, organization_id AS "organizationId", name, latitude, longitude, time_zone AS "timeZone" FROM stops
       WHERE name ILIKE '%' || $1 || '%' ORDER BY name ILIKE $1 || '%' DESC, name, id LIMIT ${MOST}`,
      [words],
    );
    return rows.map((row) => Object.assign(new Stop(), row));
  }
}
