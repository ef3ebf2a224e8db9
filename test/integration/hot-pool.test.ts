import { type BoundStatement, HotPool } from '#platform';
import { type TestApplication, startApplication } from '../support/application.js';

const note = (value: number): BoundStatement => ({
  name: 'note',
  text: `INSERT INTO notes (value) VALUES ($1) RETURNING value`,
  values: [value],
});

/** BEGIN goes out with the first statement and COMMIT with the last ones, before anybody knows how they end. */
describe('a transaction of two round trips', () => {
  let application: TestApplication;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' });
    await application.database.query(`CREATE TABLE notes (value integer PRIMARY KEY)`);
  });
  afterEach(async () => {
    // The connections are as good as before.
    await Promise.all(Array.from({ length: 8 }, async (_, index) => await write([note(100 + index)])));
    expect((await notes()).filter((value) => value >= 100)).toHaveLength(8);
    await application.database.query(`DELETE FROM notes`);
  });
  afterAll(async () => {
    await application.close();
  });

  const notes = async (): Promise<number[]> =>
    (await application.database.query<{ value: number }>(`SELECT value FROM notes ORDER BY value`)).map(
      ({ value }) => value,
    );
  const write = async (
    writes: BoundStatement[],
    decide: (facts: { depth: number }) => { writes: BoundStatement[] } = () => ({ writes }),
  ): Promise<unknown[][]> => {
    const { written } = await application.get(HotPool).transaction(async (client) => {
      const { rows } = await client.query<{ depth: number }>(`SELECT count(*)::integer AS depth FROM notes`);
      return rows[0]!;
    }, decide);
    return written;
  };

  it('keeps what it wrote and answers the rows of each statement', async () => {
    expect(await write([note(1), note(2)])).toEqual([[{ value: 1 }], [{ value: 2 }]]);
    expect(await write([])).toEqual([]);
    expect(await notes()).toEqual([1, 2]);
  });

  it('decides with what it has read', async () => {
    await write([note(1)]);
    expect(await write([], ({ depth }) => ({ writes: [note(depth + 10)] }))).toEqual([[{ value: 11 }]]);
  });

  it('keeps nothing when one of its statements fails, although COMMIT is on its way', async () => {
    await expect(write([note(1), note(1), note(2)])).rejects.toMatchObject({ code: '23505' });
    expect(await notes()).toEqual([]);
  });

  it('keeps nothing when it cannot be read or decided', async () => {
    const decide = (): never => {
      throw new Error('undecided');
    };
    await expect(write([note(1)], decide)).rejects.toThrow('undecided');
    await expect(
      application.get(HotPool).transaction(
        async (client) => await client.query(`SELECT 1 / 0`),
        () => ({ writes: [note(1)] }),
      ),
    ).rejects.toMatchObject({ code: '22012' });
    expect(await notes()).toEqual([]);
  });

  it('keeps nothing when its connection is lost between its statements', async () => {
    const lost = { name: 'lost', text: `SELECT pg_terminate_backend(pg_backend_pid()), $1::integer`, values: [1] };
    await expect(write([note(1), lost, note(2)])).rejects.toThrow(/EPIPE|ECONNRESET|terminat/);
    expect(await notes()).toEqual([]);
  });
});
