export { AccountsService } from './accounts.service.js';
export { type Action, Can, POLICY, authorize, may } from './authorization.js';
export { PasswordResetRequested } from './identity.events.js';
export { IdentityModule } from './identity.module.js';
export { LogIns } from './log-ins.js';
export { Membership, MemberRole } from './membership.entity.js';
export { PersonInput } from './person.input.js';
export { CurrentPrincipal, type Principal } from './principal.js';
export { User } from './user.entity.js';
