export { NotificationsModule, NotificationsWorkerModule } from './notifications.module.js';
