import { type TestApplication, startApplication } from '../support/application.js';

describe('a statement that comes back on a connection', () => {
  let application: TestApplication;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' });
  });
  afterAll(async () => {
    await application.close();
  });

  it('is prepared, so that it is planned no more; one that does not come back is not', async () => {
    const { database } = application;
    const prepared = await database.transaction(async () => {
      for (let times = 0; times < 4; times += 1) await database.query(`SELECT $1::integer + 40 AS comes_back`, [times]);
      await database.query(`SELECT $1::integer + 41 AS comes_once`, [1]);
      return await database.query<{ statement: string }>(
        `SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%comes\\_%'`,
      );
    });
    expect(prepared).toEqual([{ statement: 'SELECT $1::integer + 40 AS comes_back' }]);
  });

  it('is not, when it is one of too many', async () => {
    const { database } = application;
    const count = await database.transaction(async () => {
      for (let index = 0; index < 400; index += 1)
        for (let times = 0; times < 3; times += 1) await database.query(`SELECT $1::integer + ${index}`, [times]);
      const [row] = await database.query<{ count: string }>(`SELECT count(*) FROM pg_prepared_statements`);
      return Number(row!.count);
    });
    expect(count).toBeGreaterThan(100);
    expect(count).toBeLessThanOrEqual(300);
  });
});
