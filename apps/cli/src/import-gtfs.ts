import { withApplication } from './context.js';
import { importGtfs } from './import/command.js';

// `npm run import:gtfs -- PATH …`
process.exitCode = await importGtfs(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  withApplication,
  today: new Date(),
});
