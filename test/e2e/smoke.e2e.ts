import { type TestApplication, startApplication } from '../support/application.js';

describe('the API', () => {
  let application: TestApplication;
  beforeAll(async () => {
    application = await startApplication();
  });
  afterAll(async () => {
    await application.close();
  });

  it('answers a passenger who registers and asks who is logged in', async () => {
    const passenger = await application.client.register('Demo Passenger', 'one@holdfast.test', 'long enough password');
    expect(await passenger.ask('{ me { name email memberships { role } } }')).toEqual({ me: { name: 'Demo Passenger', email: 'one@holdfast.test', memberships: [] } });
  });
});
