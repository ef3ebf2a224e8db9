export { GtfsError } from './reading/gtfs-error.js';
export { GtfsImport } from './gtfs-import.service.js';
export type { GtfsImportOptions, GtfsImportProgress } from './import-options.js';
export type { GtfsImportSummary } from './import-summary.js';
