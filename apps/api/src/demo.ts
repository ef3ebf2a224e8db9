import { NestFactory } from '@nestjs/core';
import { Clock } from '#kernel';
import { NestLogger, createLogger, parseConfig } from '#platform';
import { AccountsService, MemberRole } from '#identity';
import {
  BookablesService,
  GtfsImport,
  OrganizationsService,
  PublishingService,
  SeatMapsService,
  TaxCategory,
  TaxRatesService,
} from '#catalogue';
import { AppModule } from './app.module.js';

/** For trying out, never in production: the password is printed by `npm start`. */
const PASSWORD = 'holdfast-demo';
/** A feed of our own, in the folder of the checkout or image that the process was started in. */
export const DEMO_FEED = 'libs/catalogue/demo-feed';
const DEMO_DAYS = 30;
const HALL = {
  name: 'Harbour Hall',
  slug: 'harbour-hall',
  currency: 'GBP',
  timeZone: 'Europe/London',
  email: 'box-office@holdfast.test',
  country: 'GB',
  feeMinor: 50,
  feeBps: 250,
  legalName: 'Harbour Hall Trust',
  address: '1 Quay Street, Inverness',
};

const LOGINS = [
  { role: 'passenger', name: 'Demo Passenger', email: 'passenger@holdfast.test' },
  { role: 'rival passenger', name: 'Rival Passenger', email: 'rival@holdfast.test' },
  { role: 'driver', name: 'Demo Driver', email: 'driver@holdfast.test' },
  { role: 'organiser', name: 'Demo Organiser', email: 'organiser@holdfast.test' },
  { role: 'admin', name: 'Demo Admin', email: 'admin@holdfast.test' },
];

export function demoLogins(): { role: string; email: string; password: string }[] {
  return LOGINS.map(({ role, email }) => ({ role, email, password: PASSWORD }));
}

/** Loads the demo data into an empty database. @returns false when there was something in it already */
export async function seedDemo(
  env: Record<string, string | undefined>,
  report: (step: string) => void,
): Promise<boolean> {
  const config = parseConfig({ ...env, ROLE: 'api' });
  const app = await NestFactory.createApplicationContext(AppModule.for(config, createLogger('warn')), {
    logger: new NestLogger(createLogger('warn')),
  });
  try {
    const organizations = app.get(OrganizationsService, { strict: false });
    if (await organizations.findBySlug(HALL.slug)) return false;
    report('Demo data');
    const from = app.get(Clock).now().toISOString().slice(0, 10);
    await app.get(GtfsImport, { strict: false }).import({ path: DEMO_FEED, from, days: DEMO_DAYS, layout: 'coach-49' });
    const accounts = app.get(AccountsService, { strict: false });
    const hall = await organizations.create(HALL);
    const coaches = await organizations.findByExternalId('NLC');
    for (const { role, name, email } of LOGINS) {
      const user = await accounts.create({ name, email, password: PASSWORD, isAdmin: role === 'admin' });
      const member = role === 'driver' ? MemberRole.GATE : role === 'organiser' ? MemberRole.ORGANISER : undefined;
      for (const organization of [coaches!, hall])
        if (member) await accounts.addMember(user.id, organization.id, member);
    }
    const vat = { country: 'GB', name: 'VAT', rateBps: 2000, category: TaxCategory.S, isDefault: true };
    await app.get(TaxRatesService, { strict: false }).create(hall.id, vat);
    const seatMapId = await app.get(SeatMapsService, { strict: false }).ensureLayout(hall.id, 'small-hall');
    const publishing = app.get(PublishingService, { strict: false });
    const venue = await publishing.createVenue(hall.id, {
      name: 'Harbour Hall',
      address: '1 Quay Street, Inverness',
      timeZone: 'Europe/London',
    });
    const startsAt = new Date(app.get(Clock).now().getTime() + 21 * 86_400_000);
    startsAt.setUTCHours(19, 30, 0, 0);
    const event = await publishing.createEvent(hall.id, {
      venueId: venue.id,
      seatMapId,
      title: 'An evening of fiddle music',
      description: 'Two hours of tunes from the Highlands and the islands.',
      category: 'Concert',
      startsAt,
      endsAt: new Date(startsAt.getTime() + 2 * 3_600_000),
      tiers: [
        { name: 'Early bird', priceMinor: 1400, quantity: 10, maxPerOrder: 4 },
        { name: 'Adult', priceMinor: 1800, maxPerOrder: 10 },
        { name: 'Child', priceMinor: 900, maxPerOrder: 10 },
      ],
    });
    await app.get(BookablesService, { strict: false }).publish(event.id);
    return true;
  } finally {
    await app.close();
  }
}
