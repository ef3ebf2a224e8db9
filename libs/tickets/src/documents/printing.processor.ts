import { Processor } from '@nestjs/bull';
import { Eventually } from '#platform';
import { OrderPaid } from '#reservations';
import { AttendeeChanged } from '../ticket.events.js';
import { PrintingService } from './printing.service.js';

/** Orders that wait for the same print: the press makes one document of them and splits it. */
const ORDERS_AT_ONCE = 16;

@Processor('tickets')
export class PrintingProcessor {
  constructor(private readonly printing: PrintingService) {}

  @Eventually(OrderPaid, 'render-tickets', ORDERS_AT_ONCE)
  async render({ orderId }: OrderPaid): Promise<void> {
    await this.printing.printOrder(orderId);
  }

  @Eventually(AttendeeChanged, 'render-tickets-again', ORDERS_AT_ONCE)
  async renderAgain({ orderId }: AttendeeChanged): Promise<void> {
    await this.printing.printOrder(orderId);
  }
}
