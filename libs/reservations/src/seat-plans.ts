import { Injectable } from '@nestjs/common';
import { BookableKind } from '#catalogue';
import { type SeatPlan, seatPlan } from './best-available.js';
import type { Layout } from './inventory/offers.js';

/** Layouts as the rules of choice see them: each is laid out once. */
@Injectable()
export class SeatPlans {
  private readonly plans = new WeakMap<Layout, SeatPlan>();

  of(layout: Layout, kind: BookableKind): SeatPlan {
    const known = this.plans.get(layout);
    if (known) return known;
    const plan = seatPlan(layout.seats, kind === BookableKind.TRIP ? 'vehicle' : 'hall');
    this.plans.set(layout, plan);
    return plan;
  }
}
