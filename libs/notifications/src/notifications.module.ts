import { Module } from '@nestjs/common';

@Module({})
export class NotificationsModule {}

/** What works off jobs. */
@Module({ imports: [NotificationsModule] })
export class NotificationsWorkerModule {}
