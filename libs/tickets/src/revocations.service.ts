import { Injectable } from '@nestjs/common';
import { Atomically, Database, DomainEvents } from '#platform';
import { OrderChargedBack } from '#reservations';
import { TicketEndings } from './ticket-endings.js';
import { Ticket, TicketState } from './ticket.entity.js';
import { TicketsRevoked } from './ticket.events.js';

/** The bank has the money back: whoever has not travelled yet does not, and the places are for others. */
@Injectable()
export class RevocationsService {
  constructor(
    private readonly database: Database,
    private readonly endings: TicketEndings,
    private readonly events: DomainEvents,
  ) {}

  @Atomically(OrderChargedBack)
  async revoke({ orderId }: OrderChargedBack): Promise<void> {
    const tickets = await this.database
      .repository(Ticket)
      .find({ where: { orderId, state: TicketState.PAID }, order: { id: 'ASC' } });
    const revoked: string[] = [];
    for (const ticket of tickets) if (await this.endings.end(ticket, OrderChargedBack.type)) revoked.push(ticket.id);
    if (revoked.length > 0) await this.events.publish(new TicketsRevoked(orderId, revoked));
  }
}
