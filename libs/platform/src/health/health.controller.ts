import { Controller, Get, Header, ServiceUnavailableException } from '@nestjs/common';
import { Histogram, collectDefaultMetrics, register } from 'prom-client';
import { Public } from '../graphql/access.js';
import { Database } from '../database/database.js';
import { PubSub } from '../redis/pub-sub.js';

/** For load balancers and people on call. */
@Public()
@Controller('health')
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly pubSub: PubSub,
  ) {}

  /** The process runs. It says nothing of what it depends on: a restart would not mend that. */
  @Get('live')
  live(): { status: string } {
    return { status: 'ok' };
  }

  /** The process can serve: PostgreSQL and Redis answer within two seconds. 503 otherwise, with what failed. */
  @Get('ready')
  async ready(): Promise<{ status: string; checks: Record<string, string> }> {
    const [database, redis] = await Promise.all([answer(this.database.query('SELECT 1')), answer(this.pubSub.ping())]);
    const checks = { database, redis };
    const status = Object.values(checks).every((check) => check === 'ok') ? 'ok' : 'unavailable';
    if (status !== 'ok') throw new ServiceUnavailableException({ status, checks });
    return { status, checks };
  }
}

async function answer(check: Promise<unknown>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('no answer within 2 s'), 2_000);
  });
  try {
    return await Promise.race([check.then(() => 'ok'), timeout]);
  } catch {
    return 'failed';
  } finally {
    clearTimeout(timer);
  }
}

if (!register.getSingleMetric('process_cpu_user_seconds_total')) collectDefaultMetrics();

/** Requests by route and status, in seconds. */
export const httpDuration = new Histogram({
  name: 'holdfast_http_request_duration_seconds',
  help: 'HTTP requests by method, route and status',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
});

@Public()
@Controller('metrics')
export class MetricsController {
  @Get()
  @Header('content-type', register.contentType)
  async metrics(): Promise<string> {
    return await register.metrics();
  }
}
