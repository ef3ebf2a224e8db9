import { SetMetadata } from '@nestjs/common';
import { ACCESS, forbidden, unauthenticated } from '#platform';
import { MemberRole } from './membership.entity.js';
import type { Principal } from './principal.js';

/**
 * Who is allowed a thing. `public`: anybody. `account`: whoever logged in. `owner`: the person whom the object belongs
 * to. `organiser`, `gate`: members with that role of the organization that the object belongs to. An admin may always.
 */
type Grant = 'public' | 'account' | 'owner' | 'organiser' | 'gate';

/** The authorization matrix. The one place where it is decided who may do what. */
export const POLICY = {
  'session.manage': ['public'],
  'account.read': ['account'],
  'catalogue.read': ['public'],
  'catalogue.write': ['organiser'],
  'promo.write': ['organiser'],
  /** Also what is not shown to the public. */
  'tier.read-all': ['organiser', 'gate'],
  /** With the session token, or as the account that made the reservation. */
  'reservation.make': ['public'],
  'reservation.adopt': ['account'],
  'statistics.read': ['organiser'],
  /** Admins only. */
  'inventory.maintain': [],
  'inventory.audit': [],
  'order.read': ['public'],
  'order.approve': ['organiser'],
  /** As somebody who may read it, or with the session token of its reservation. */
  'invoice.download': ['public'],
  'invoice.read': ['owner', 'organiser'],
  'accounting.read': ['organiser'],
  'ticket.list-own': ['account'],
  'ticket.read': ['owner', 'organiser'],
  'ticket.download': ['owner', 'organiser'],
  'ticket.set-attendee': ['owner'],
  'ticket.cancel': ['owner', 'organiser'],
  'ticket.transfer': ['owner'],
  'ticket.exchange': ['owner'],
  'calendar.read': ['account'],
  'ticket.scan': ['organiser', 'gate'],
} as const satisfies Record<string, readonly Grant[]>;

export type Action = keyof typeof POLICY;

/** Marks a resolver or controller method with the action that it is. Boot fails for a method without a mark. */
export const Can = (action: Action): MethodDecorator => SetMetadata(ACCESS, action);

/** What the resource check looks at. */
interface Resource {
  organizationId?: string | null;
  ownerId?: string | null;
}

const ROLE_OF_GRANT: Partial<Record<Grant, MemberRole>> = { organiser: MemberRole.ORGANISER, gate: MemberRole.GATE };

/** Before the resolver runs: could this caller be allowed the action on anything at all? */
export function admit(action: Action, principal: Principal | undefined): void {
  const grants: readonly Grant[] = POLICY[action];
  if (grants.includes('public')) return;
  if (!principal) throw unauthenticated();
  if (principal.isAdmin || grants.includes('account') || grants.includes('owner')) return;
  if (principal.memberships.some(({ role }) => grants.some((grant) => ROLE_OF_GRANT[grant] === role))) return;
  throw forbidden();
}

/** With the object at hand: is this caller allowed the action on it? */
export function may(action: Action, principal: Principal | undefined, resource: Resource): boolean {
  const grants: readonly Grant[] = POLICY[action];
  if (grants.includes('public')) return true;
  if (!principal) return false;
  if (principal.isAdmin || grants.includes('account')) return true;
  if (grants.includes('owner') && resource.ownerId === principal.userId) return true;
  return principal.memberships.some(
    ({ organizationId, role }) =>
      organizationId === resource.organizationId && grants.some((grant) => ROLE_OF_GRANT[grant] === role),
  );
}

/** @throws FORBIDDEN, or UNAUTHENTICATED for somebody who did not log in */
export function authorize(action: Action, principal: Principal | undefined, resource: Resource): void {
  if (may(action, principal, resource)) return;
  throw principal ? forbidden() : unauthenticated();
}
