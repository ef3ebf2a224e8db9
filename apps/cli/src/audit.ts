import { Auditor } from '#platform';
import { withApplication } from './context.js';

// `npm run audit`: exit code 0 when every invariant holds, 1 when one does not.
await withApplication(async (get) => {
  const auditor = get(Auditor);
  const findings = await auditor.run();
  for (const { invariant, count, subjects } of findings) {
    process.stdout.write(`${invariant}: ${count}\n${subjects.map((subject) => `  ${subject}\n`).join('')}`);
    if (count > subjects.length) process.stdout.write(`  and ${count - subjects.length} more\n`);
  }
  const held = auditor.names.length - findings.length;
  process.stdout.write(`${held} of ${auditor.names.length} invariants hold\n`);
  if (findings.length > 0) process.exitCode = 1;
});
