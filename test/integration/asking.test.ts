import { Auditor } from '#platform';
import { ReconciliationService, RefundsService } from '#payments';
import { ReleasesService } from '#reservations';
import { PaymentProvider, ProviderRefusal } from '../../libs/payments/src/payment-provider.js';
import { SandboxCharges } from '../../libs/payments/src/sandbox/sandbox-charges.js';
import { SandboxGateway } from '../../libs/payments/src/sandbox/sandbox-gateway.js';
import { SandboxModes, readMode } from '../../libs/payments/src/sandbox/sandbox-modes.js';
import { SandboxRefunds } from '../../libs/payments/src/sandbox/sandbox-refunds.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { MovedClock } from '../support/clock.js';
import { checkOut, reserve, saleOfTrip } from '../support/sale.js';
import { Till } from '../support/till.js';

const HOUR = 60;
const DAY = 24 * HOUR;

interface Books {
  state: string;
  order: string;
  captured: number;
  nextAskAt: Date | null;
  /** What the journal has at the provider, and what of it banks have taken. */
  provider: number;
  chargebacks: number;
}

/** No worker runs: of what happens at the gateway nobody tells us, unless the till does. */
describe('without any webhook', () => {
  const clock = new MovedClock();
  let application: TestApplication;
  let gateway: SandboxGateway;
  let till: Till;
  let order: string;
  let charge: string;
  beforeAll(async () => {
    application = await startApplication({ ROLE: 'api' }, clock);
    gateway = application.get(SandboxGateway);
    till = new Till(application);
  });
  beforeEach(async () => {
    await begin();
  });
  afterEach(async () => {
    expect(await application.get(Auditor).run()).toEqual([]);
    // The next test has payments of its own to be asked about.
    await application.database.query(`UPDATE payments SET next_ask_at = NULL`);
    await application.database.query(`UPDATE refunds SET next_ask_at = NULL`);
  });
  afterAll(async () => {
    await application.close();
  });

  /** An order of two tickets for a trip in three days. */
  async function begin(): Promise<void> {
    const startsInHours = (clock.now().getTime() - Date.now()) / 3_600_000 + 72;
    const sale = await saleOfTrip(application, { startsInHours });
    const { id, payment } = await checkOut(application.client, await reserve(application.client, sale, ['1A', '1B']));
    [order, charge] = [id, payment!.payUrl.split('/').at(-1)!];
  }
  const ask = async (minutes: number): Promise<number> => {
    clock.advance(minutes);
    return await application.get(ReconciliationService).run();
  };
  const books = async (): Promise<Books> =>
    (
      await application.database.query<Books>(
        `SELECT p.state, o.state AS "order", p.captured_minor AS captured, p.next_ask_at AS "nextAskAt", ${balance('PROVIDER')} AS provider, ${balance('CHARGEBACKS', `AND e.kind = 'CHARGEBACK'`)} AS chargebacks
         FROM payments p JOIN orders o ON o.id = p.reference WHERE o.id = $1`,
        [order],
      )
    )[0]!;
  const balance = (account: string, where = ''): string =>
    `(SELECT coalesce(sum(l.debit_minor - l.credit_minor), 0)::int FROM journal_entries e JOIN journal_lines l ON l.entry_id = e.id
      WHERE e.payment_id = p.id AND l.account = '${account}' ${where})`;
  /** What the gateway has of it. */
  const left = async (): Promise<number> => {
    const one = (await application.get(SandboxCharges).find(charge))!;
    return one.capturedMinor - one.refundedMinor - (one.dispute === 'LOST' ? one.disputedMinor : 0);
  };
  const agree = async (): Promise<void> => expect((await books()).provider).toBe(await left());
  async function paid(): Promise<void> {
    await gateway.succeed(charge);
    await ask(4);
    expect(await books()).toMatchObject({ state: 'CAPTURED', order: 'PAID', provider: 2000 });
  }
  async function lost(minutes = DAY + 1): Promise<void> {
    await gateway.openDispute(charge);
    await gateway.closeDispute(charge, false);
    await ask(minutes);
    expect(await books()).toMatchObject({ state: 'CHARGED_BACK', order: 'CHARGED_BACK' });
  }
  const paymentId = async (): Promise<string> =>
    (await application.database.query<{ id: string }>(`SELECT id FROM payments WHERE reference = $1`, [order]))[0]!.id;
  const refund = async () => (await till.refunds(order))[0];
  /** Gives a ticket back, and sends its money. */
  async function giveBack(refunds: 'at-once' | 'pending' | 'fail-next' = 'at-once'): Promise<string> {
    await application.get(SandboxModes).set(charge, readMode({ refunds }));
    await till.giveBack(order, 0);
    const { id } = (await refund())!;
    await application.get(RefundsService).send(id);
    return id;
  }
  const end = async (state: 'SUCCEEDED' | 'FAILED'): Promise<void> => {
    const [one] = await application.get(SandboxRefunds).of(charge);
    await application.get(SandboxRefunds).settle(one!.id, state);
  };

  it('money on a payment that was declined is found within hours', async () => {
    await gateway.decline(charge);
    await ask(4);
    expect(await books()).toMatchObject({ state: 'DECLINED' });
    await gateway.succeed(charge);
    expect(await ask(30)).toBe(0);
    await ask(31);
    expect(await books()).toMatchObject({ state: 'CAPTURED', order: 'PAID' });
  });

  it('a payment that was declined is voided when its order has ended, and then nobody asks any more', async () => {
    await gateway.decline(charge);
    await ask(4);
    clock.advance(20);
    await application.get(ReleasesService).expireAll();
    await ask(HOUR);
    expect((await application.get(SandboxCharges).find(charge))!.state).toBe('VOIDED');
    expect(await books()).toMatchObject({ state: 'DECLINED', nextAskAt: null });
  });

  it('a transfer that cannot be stopped is asked about until it has arrived', async () => {
    await gateway.decline(charge);
    await ask(4);
    await application.database.query(`UPDATE sandbox_charges SET state = 'PROCESSING' WHERE id = $1`, [charge]);
    clock.advance(20);
    await application.get(ReleasesService).expireAll();
    await ask(HOUR);
    await gateway.succeed(charge);
    await ask(DAY);
    expect(await books()).toMatchObject({ state: 'CAPTURED', order: 'PAID' });
  });

  it('the rest of a payment that came in in part is found', async () => {
    await gateway.capture(charge, 300, undefined);
    await ask(4);
    expect(await books()).toMatchObject({ state: 'CAPTURED', order: 'PENDING', captured: 300 });
    await gateway.capture(charge, 1700, undefined);
    await ask(HOUR + 1);
    expect(await books()).toMatchObject({ order: 'PAID', captured: 2000 });
  });

  it('what comes in beside the whole amount is found, and goes back', async () => {
    await paid();
    await gateway.capture(charge, 50, undefined);
    await ask(DAY + 1);
    expect(await books()).toMatchObject({ captured: 2050 });
    expect(await refund()).toMatchObject({ reason: 'TWICE', amountMinor: 50 });
  });

  it('a dispute is found, looked at daily, and over when it is won', async () => {
    await paid();
    await gateway.openDispute(charge);
    await ask(DAY + 1);
    expect(await books()).toMatchObject({ state: 'DISPUTED', order: 'PAID' });
    await ask(DAY + 1);
    expect(await books()).toMatchObject({ state: 'DISPUTED' });
    await gateway.closeDispute(charge, true);
    await ask(DAY + 1);
    expect(await books()).toMatchObject({ state: 'CAPTURED', order: 'PAID', chargebacks: 0 });
  });

  it('a dispute that was lost is found, also after months; later than that nobody asks', async () => {
    await paid();
    for (const days of [2, 7, 30, 60]) expect(await ask(days * DAY)).toBeGreaterThan(0);
    await lost(25 * DAY);
    expect(await books()).toMatchObject({ chargebacks: 2000 });
    await agree();
    expect((await books()).nextAskAt).toBeNull();
    await begin();
    await paid();
    for (let day = 0; day < 121; day += 1) await ask(DAY);
    expect((await books()).nextAskAt).toBeNull();
  });

  it('a refund that the bank sends back after it had arrived is found, and sent again', async () => {
    await paid();
    await giveBack();
    expect(await refund()).toMatchObject({ state: 'SUCCEEDED' });
    await ask(2 * DAY);
    await end('FAILED');
    await ask(6 * DAY);
    expect(await refund()).toMatchObject({ state: 'FAILED' });
    await agree();
    await ask(DAY);
    expect(await refund()).toMatchObject({ state: 'SUCCEEDED', attempts: 1 });
    await agree();
  });

  it('what the provider does not answer is asked again within hours', async () => {
    await paid();
    await gateway.openDispute(charge);
    const provider = application.get(PaymentProvider);
    const { find } = provider;
    provider.find = async () => await Promise.reject(new Error('no answer'));
    await ask(DAY + 1);
    provider.find = find;
    expect(await books()).toMatchObject({ state: 'CAPTURED' });
    await ask(HOUR + 1);
    expect(await books()).toMatchObject({ state: 'DISPUTED' });
  });

  it('what the provider refuses to answer is not asked again before its time', async () => {
    await paid();
    await giveBack();
    const provider = application.get(PaymentProvider);
    const { find, findRefund } = provider;
    const refused = async () => await Promise.reject(new ProviderRefusal('unknown'));
    Object.assign(provider, { find: refused, findRefund: refused });
    expect(await ask(DAY + 1)).toBe(2);
    expect(await ask(DAY)).toBe(0);
    Object.assign(provider, { find, findRefund });
    expect(await ask(5 * DAY)).toBe(2);
  });

  it('a dispute that was told before the money was counts when the money is found', async () => {
    await gateway.succeed(charge);
    await gateway.openDispute(charge);
    await gateway.closeDispute(charge, false);
    await till.tell(await paymentId(), { type: 'dispute-lost', amountMinor: 2000 });
    expect(await books()).toMatchObject({ state: 'PENDING' });
    await ask(4);
    expect(await books()).toMatchObject({ state: 'CHARGED_BACK', order: 'CHARGED_BACK', chargebacks: 2000 });
    await agree();
  });

  it('a dispute that was won before the money was known leaves it to be asked about', async () => {
    await gateway.succeed(charge);
    await till.tell(await paymentId(), { type: 'dispute-won', amountMinor: 2000 });
    expect(await books()).toMatchObject({ state: 'PENDING' });
    await ask(4);
    expect(await books()).toMatchObject({ state: 'CAPTURED', order: 'PAID' });
  });

  describe('when a bank has taken a payment back, the books are what the gateway has', () => {
    it('after a part had gone back: it took the rest', async () => {
      await paid();
      await giveBack();
      await lost();
      expect(await books()).toMatchObject({ chargebacks: 1000, provider: 0 });
      await agree();
    });

    it('although more had come in than was known', async () => {
      await gateway.capture(charge, 2000, undefined);
      await ask(4);
      await gateway.capture(charge, 70, undefined);
      await gateway.openDispute(charge);
      await gateway.closeDispute(charge, false);
      await till.tell(await paymentId(), { type: 'dispute-lost', amountMinor: 2070 });
      expect(await books()).toMatchObject({ state: 'CHARGED_BACK', captured: 2000, provider: -70 });
      await ask(HOUR + 1);
      expect(await books()).toMatchObject({ captured: 2070, chargebacks: 2070 });
      await agree();
    });

    it('although a refund had come back before, and nobody knew', async () => {
      await paid();
      await giveBack();
      await end('FAILED');
      await gateway.openDispute(charge);
      await gateway.closeDispute(charge, false);
      await till.tell(await paymentId(), { type: 'dispute-lost', amountMinor: 2000 });
      expect(await books()).toMatchObject({ provider: -1000 });
      for (let day = 0; day < 3; day += 1) await ask(DAY);
      expect(await refund()).toMatchObject({ state: 'COVERED' });
      expect(await books()).toMatchObject({ chargebacks: 2000 });
      await agree();
    });

    it('while a refund was on its way, which then arrives', async () => {
      await paid();
      await giveBack('pending');
      expect(await refund()).toMatchObject({ state: 'SENT' });
      await lost();
      expect(await refund()).toMatchObject({ state: 'SENT' });
      await end('SUCCEEDED');
      await ask(4);
      expect(await refund()).toMatchObject({ state: 'SUCCEEDED' });
      await agree();
    });

    it('while a refund was on its way, which then fails: what the bank left of it stays with the gateway', async () => {
      await paid();
      await giveBack('pending');
      await lost();
      await end('FAILED');
      for (let day = 0; day < 2; day += 1) await ask(DAY);
      expect(await refund()).toMatchObject({ state: 'COVERED' });
      expect(await left()).toBe(1000);
      await agree();
    });

    it('while the answer to a refund was lost: it had been paid back', async () => {
      await paid();
      const provider = application.get(PaymentProvider);
      const send = provider.refund.bind(provider);
      provider.refund = async (asked) => {
        await send(asked);
        throw new Error('no answer');
      };
      await expect(giveBack()).rejects.toThrow('no answer');
      provider.refund = send;
      await gateway.openDispute(charge);
      await gateway.closeDispute(charge, false);
      await till.tell(await paymentId(), { type: 'dispute-lost', amountMinor: 1000 });
      await ask(4);
      expect(await refund()).toMatchObject({ state: 'SUCCEEDED' });
      await agree();
    });

    it('when it says later that it was another amount: the difference is booked', async () => {
      await paid();
      await lost();
      const differs = async (amountMinor: number): Promise<void> => {
        await application.database.query(`UPDATE sandbox_charges SET disputed_minor = $2 WHERE id = $1`, [
          charge,
          amountMinor,
        ]);
        await application.database.query(`UPDATE payments SET next_ask_at = $1 WHERE reference = $2`, [
          clock.now(),
          order,
        ]);
        await ask(1);
        expect(await books()).toMatchObject({ chargebacks: amountMinor });
        await agree();
      };
      for (const amountMinor of [1500, 1800]) await differs(amountMinor);
      // Nothing at all books nothing, and nothing is odd about it.
      await differs(0);
    });

    it('when it took nothing, because all had gone back', async () => {
      await paid();
      await till.giveBack(order, 0, 1);
      for (const { id } of await till.refunds(order)) await application.get(RefundsService).send(id);
      await till.tell(await paymentId(), { type: 'dispute-lost', amountMinor: 0 });
      expect(await books()).toMatchObject({ state: 'CHARGED_BACK', chargebacks: 0, provider: 0 });
    });
  });
});
