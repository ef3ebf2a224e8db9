import { setTimeout as sleep } from 'node:timers/promises';
import { MemberRole } from '#identity';
import type { Organization, TaxRate } from '#catalogue';
import { Offers } from '../../libs/reservations/src/inventory/offers.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { type Account, account, operator, trip } from '../support/fixtures.js';
import { hold } from '../support/booking.js';

const RATE = 'id country name rateBps category active isDefault';

describe('tax rates', () => {
  let application: TestApplication;
  let organization: Organization;
  let organiser: Account;
  let foreign: { organization: Organization; organiser: Account };
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' });
  });
  beforeEach(async () => {
    ({ organization, organiser, foreign } = await operator(application));
  });
  afterAll(async () => {
    await application.close();
  });

  const create = async (
    input: object,
    of: { organization: Organization; organiser: Account } = { organization, organiser },
  ) =>
    (
      await of.organiser.client.ask<{ createTaxRate: TaxRate }>(
        `mutation ($id: ID!, $input: TaxRateInput!) { createTaxRate(organizationId: $id, input: $input) { ${RATE} } }`,
        { id: of.organization.id, input: { country: 'GB', name: 'VAT', rateBps: 2000, ...input } },
      )
    ).createTaxRate;
  const update = async (id: string, input: object): Promise<TaxRate> =>
    (
      await organiser.client.ask<{ updateTaxRate: TaxRate }>(
        `mutation ($id: ID!, $input: UpdateTaxRateInput!) { updateTaxRate(id: $id, input: $input) { ${RATE} } }`,
        { id, input },
      )
    ).updateTaxRate;
  const defaults = async (): Promise<string[]> =>
    (
      await organiser.client.ask<{ taxRates: TaxRate[] }>(
        `query ($id: ID!) { taxRates(organizationId: $id) { ${RATE} } }`,
        {
          id: organization.id,
        },
      )
    ).taxRates.flatMap(({ name, country, isDefault }) => (isDefault ? [`${country} ${name}`] : []));

  it('have one default for each country: the newest', async () => {
    const vat = await create({ isDefault: true });
    expect(vat).toMatchObject({ rateBps: 2000, category: 'S', active: true, isDefault: true });
    const zero = await create({ name: 'Coaches', rateBps: 0, category: 'Z', isDefault: true });
    await create({ country: 'DE', name: 'USt.', rateBps: 1900, isDefault: true });
    expect(await defaults()).toEqual(['DE USt.', 'GB Coaches']);
    await update(vat.id, { isDefault: true, name: 'VAT, standard' });
    expect(await defaults()).toEqual(['DE USt.', 'GB VAT, standard']);
    await update(vat.id, { active: false });
    await update(zero.id, { isDefault: true });
    expect(await update(vat.id, { active: true })).toMatchObject({ isDefault: false });
    expect(await defaults()).toEqual(['DE USt.', 'GB Coaches']);
  });

  it('have one default also when fifty want to be it', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, index) => create({ name: `VAT ${index}`, isDefault: true })));
    expect(await defaults()).toHaveLength(1);
  });

  it.each([
    ['a standard rate of nothing', { rateBps: 0 }],
    ['a zero rate of something', { category: 'Z' }],
    ['an exemption of something', { category: 'E' }],
    ['more than everything', { rateBps: 10_001 }],
    ['a country that is none', { country: 'XX' }],
    ['a country in small letters', { country: 'gb' }],
  ])('are not made with %s', async (_, input) => {
    await expect(create(input)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it.each(['rate_bps = 1', `country = 'DE'`, `category = 'E', rate_bps = 0`])('never change: %s', async (change) => {
    const { id } = await create({});
    await expect(application.database.query(`UPDATE tax_rates SET ${change} WHERE id = $1`, [id])).rejects.toThrow(
      'stays what it was',
    );
    await expect(
      application.database.query(`UPDATE tax_rates SET is_default = true, active = false WHERE id = $1`, [id]),
    ).resolves.toBeDefined();
  });

  it('are of tiers of their own organization, while they are active', async () => {
    const sale = await trip(application, organization.id);
    const [tier] = await application.database.query<{ id: string }>(`SELECT id FROM tiers WHERE bookable_id = $1`, [
      sale.bookable.id,
    ]);
    const taxed = async (taxRateId: string, client = organiser.client) =>
      await client.ask<{ updateTier: { taxRate: { name: string } } }>(
        `mutation ($id: ID!, $input: UpdateTierInput!) { updateTier(id: $id, input: $input) { ... on Tier { taxRate { name } } } }`,
        { id: tier!.id, input: { taxRateId } },
      );
    const [own, other, old] = [await create({}), await create({}, foreign), await create({ name: 'Old' })];
    await update(old.id, { active: false });
    expect(await taxed(own.id)).toEqual({ updateTier: { taxRate: { name: 'VAT' } } });
    for (const rate of [other, old]) await expect(taxed(rate.id)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(
      application.database.query(`UPDATE tiers SET tax_rate_id = $2 WHERE id = $1`, [tier!.id, other.id]),
    ).rejects.toThrow('is not of the organization');
    await update(own.id, { active: false, name: 'Was VAT' });
    const { tiers } = await application.client.ask<{ tiers: object[] }>(
      `query ($id: ID!) { tiers(bookableId: $id) { taxRate { name } } }`,
      { id: sale.bookable.id },
    );
    expect(tiers).toEqual([{ taxRate: { name: 'Was VAT' } }]);
  });

  it('and rules of the organization raise the revision of what is sold, and nothing else does', async () => {
    const sale = await trip(application, organization.id);
    await hold(application.client, sale, { from: 0, to: 3, seats: [{ seatId: sale.seat('1A').id }] });
    const revision = async (): Promise<number> => {
      const [row] = await application.database.query<{ revision: string }>(
        `SELECT revision FROM bookables WHERE id = $1`,
        [sale.bookable.id],
      );
      return Number(row!.revision);
    };
    const rises = async (change: () => Promise<unknown>): Promise<boolean> => {
      const before = await revision();
      await change();
      return (await revision()) > before;
    };
    const organization_ = (input: object) => () =>
      organiser.client.ask(
        `mutation ($id: ID!, $input: OrganizationInput!) { updateOrganization(id: $id, input: $input) { id } }`,
        { id: organization.id, input },
      );
    expect(await rises(() => create({}))).toBe(true);
    for (const input of [
      { country: 'GB' },
      { taxInclusive: false },
      { feeMinor: 150 },
      { feeBps: 250 },
      { refundPartialPercent: 40 },
    ])
      expect([input, await rises(organization_(input))]).toEqual([input, true]);
    expect(await rises(organization_({ legalName: 'Test Coaches Ltd' }))).toBe(false);
    expect(await rises(() => create({}, foreign))).toBe(false);
  });

  it('and rules that are changed while the first passenger reserves are not missed', async () => {
    const sale = await trip(application, organization.id);
    const runner = application.database.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`UPDATE organizations SET fee_minor = 77 WHERE id = $1`, [organization.id]);
    const reserving = hold(application.client, sale, { from: 0, to: 3, seats: [{ seatId: sale.seat('1A').id }] });
    // It waits, or the old rules would be remembered for good.
    expect(await Promise.race([reserving, sleep(500)])).toBeUndefined();
    await runner.commitTransaction();
    await runner.release();
    expect((await reserving).__typename).toBe('ReservationOpened');
    expect((await application.get(Offers).of(sale.bookable.id)).organization.feeMinor).toBe(77);
  });

  it('leave an organization as it is in what is not said', async () => {
    const client = (await account(application, { memberOf: [organization.id, MemberRole.ORGANISER] })).client;
    const change = async (input: object) =>
      (
        await client.ask<{ updateOrganization: object }>(
          `mutation ($id: ID!, $input: OrganizationInput!) { updateOrganization(id: $id, input: $input) {
             country taxInclusive feeMinor feeBps feeRefundable legalName address taxNumber approvalHours seatOfferMinutes holdMinutes } }`,
          { id: organization.id, input },
        )
      ).updateOrganization;
    const given = { country: 'GB', taxInclusive: false, feeMinor: 100, feeBps: 250, feeRefundable: true };
    const invoice = {
      legalName: 'Test Coaches Ltd',
      address: '1 Road',
      taxNumber: 'GB 123',
      approvalHours: 48,
      seatOfferMinutes: 0,
    };
    expect(await change({ ...given, ...invoice })).toEqual({ ...given, ...invoice, holdMinutes: 15 });
    expect(await change({ holdMinutes: 10, feeMinor: null, address: '' })).toEqual({
      ...given,
      ...invoice,
      address: null,
      holdMinutes: 10,
    });
  });
});
