import { MailerModule } from '@nestjs-modules/mailer';
import { type DynamicModule, Module } from '@nestjs/common';
import { Clock } from '#kernel';
import { Config, Storage } from '#platform';
import { CatalogueModule } from '#catalogue';
import { PaymentsModule } from '#payments';
import { IdentityModule } from '#identity';
import { ReservationsModule } from '#reservations';
import { TicketsModule } from '#tickets';
import { InvoicesModule } from '#invoices';
import { AccountMessagesService } from './account-messages.service.js';
import { CaughtMailService } from './catcher/caught-mail.service.js';
import { DevMailController } from './catcher/dev-mail.controller.js';
import { catchesMail, mailCatcher } from './catcher/mail-catcher.js';
import { InvoiceMessagesService } from './invoice-messages.service.js';
import { MailingService } from './mailing.service.js';
import { MessagesProcessor } from './messages.processor.js';
import { OrderMessagesService } from './order-messages.service.js';
import { TicketMessagesService } from './ticket-messages.service.js';

/** What serves requests: the pages of caught e-mails, and nothing where e-mails are sent. */
@Module({})
export class NotificationsModule {
  static with(config: Config): DynamicModule {
    const pages = catchesMail(config) ? { controllers: [DevMailController], providers: [CaughtMailService] } : {};
    return { module: NotificationsModule, ...pages };
  }
}

/** A mail server that does not answer: the job fails and tries again later. */
const SEND_TIMEOUT_MS = 60_000;

/** What works off jobs. */
@Module({
  imports: [
    IdentityModule,
    CatalogueModule,
    PaymentsModule,
    ReservationsModule,
    TicketsModule,
    InvoicesModule,
    MailerModule.forRootAsync({
      imports: [],
      inject: [Config, Storage, Clock],
      useFactory: (config: Config, storage: Storage, clock: Clock) => ({
        transport: catchesMail(config) ? mailCatcher(storage, clock) : config.SMTP_URL,
        defaults: { from: config.MAIL_FROM },
        sendTimeout: SEND_TIMEOUT_MS,
      }),
    }),
  ],
  providers: [
    MailingService,
    TicketMessagesService,
    OrderMessagesService,
    InvoiceMessagesService,
    AccountMessagesService,
    MessagesProcessor,
  ],
})
export class NotificationsWorkerModule {}
