import { environmentSchema } from './config.js';

/** The text of `.env.example`: every variable with its meaning and its default. */
export function envExample(): string {
  const lines = [
    '# Every variable that Holdfast reads. Copy to .env and change what you need; what is empty falls back to the default',
    '# named here, and `npm start` brings PostgreSQL, Redis and secrets of its own. NODE_ENV=production falls back to nothing.',
  ];
  for (const [name, type] of Object.entries(environmentSchema.shape)) {
    const fallback = type.safeParse(undefined);
    const value = fallback.success && fallback.data !== undefined ? String(fallback.data) : '';
    if (type.description) lines.push('', `# ${type.description}`);
    else lines.push('');
    lines.push(`${name}=${value}`);
  }
  return `${lines.join('\n')}\n`;
}
