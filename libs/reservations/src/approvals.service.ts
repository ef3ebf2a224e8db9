import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database, DomainEvents, notFound } from '#platform';
import { type Principal, authorize } from '#identity';
import { BookablesService, OrganizationsService } from '#catalogue';
import { Inventory } from './inventory/inventory.js';
import { Locks } from './locks.js';
import { Order, OrderState } from './order.entity.js';
import { OrderApproved, OrderRejected } from './reservation.events.js';
import { NotAwaitingApproval } from './reservation.refusals.js';
import { ReleasesService } from './releases.service.js';
import { Reservation } from './reservation.entity.js';

/**
 * Orders of tiers that the organiser decides about. Their places are held meanwhile, for as many hours as the
 * organization says, and for as many again until they are paid; never beyond the departure.
 */
@Injectable()
export class ApprovalsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly locks: Locks,
    private readonly bookables: BookablesService,
    private readonly organizations: OrganizationsService,
    private readonly inventory: Inventory,
    private readonly releases: ReleasesService,
    private readonly events: DomainEvents,
  ) {}

  /** Those that wait, the oldest first. */
  async waiting(organizationId: string, first: number): Promise<Order[]> {
    return await this.database.repository(Order).find({
      where: { organizationId, state: OrderState.AWAITING_APPROVAL },
      order: { createdAt: 'ASC', id: 'ASC' },
      take: first,
    });
  }

  /** Holds the places of an order until it is decided about or paid. In the open transaction. */
  async hold({ id, bookableId, organizationId, legs, expiresAt }: Reservation): Promise<void> {
    const { approvalHours } = await this.organizations.get(organizationId);
    const starts = await this.bookables.boardingTime(await this.bookables.get(bookableId), legs);
    const wanted = this.clock.now().getTime() + approvalHours * 3_600_000;
    const end = Math.max(expiresAt.getTime(), Math.min(wanted, starts.getTime()));
    await this.inventory.lock([bookableId]);
    await this.database.repository(Reservation).update({ id }, { expiresAt: new Date(end) });
    await this.inventory.prolong(id);
  }

  /** The passenger may pay. @throws NOT_FOUND, FORBIDDEN, NotAwaitingApproval */
  async approve(principal: Principal, orderId: string): Promise<Order> {
    return await this.decide(principal, orderId, async (reservation) => {
      const moved = await this.database.query(
        `UPDATE orders SET state = 'PENDING' WHERE id = $1 AND state = 'AWAITING_APPROVAL' RETURNING id`,
        [orderId],
      );
      if (moved.length === 0) return false;
      await this.locks.shared([orderId]);
      await this.hold(reservation);
      await this.events.publish(new OrderApproved(orderId));
      return true;
    });
  }

  /** The places are free again. @throws NOT_FOUND, FORBIDDEN, NotAwaitingApproval */
  async reject(principal: Principal, orderId: string, reason: string): Promise<Order> {
    return await this.decide(principal, orderId, async (reservation) => {
      const [order] = await this.database.query(`SELECT FROM orders WHERE id = $1 AND state = 'AWAITING_APPROVAL'`, [
        orderId,
      ]);
      if (!order) return false;
      await this.releases.cancel([reservation]);
      await this.events.publish(new OrderRejected(orderId, reason));
      return true;
    });
  }

  private async decide(
    principal: Principal,
    orderId: string,
    decision: (reservation: Reservation) => Promise<boolean>,
  ): Promise<Order> {
    const found = await this.database.repository(Order).findOneBy({ id: orderId });
    if (!found) throw notFound('order', orderId);
    authorize('order.approve', principal, { organizationId: found.organizationId });
    await this.database.transaction(async () => {
      const [sale] = await this.locks.orders([orderId]);
      if (!(await decision(sale!.reservation))) throw new NotAwaitingApproval();
    });
    return await this.database.repository(Order).findOneByOrFail({ id: orderId });
  }
}
