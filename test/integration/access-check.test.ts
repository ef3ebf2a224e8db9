import { Controller, Get, Injectable, type Type } from '@nestjs/common';
import { Processor } from '@nestjs/bull';
import { Mutation, Query, Resolver } from '@nestjs/graphql';
import { Test } from '@nestjs/testing';
import { Eventually, Public, createLogger, parseConfig } from '#platform';
import { Can } from '#identity';
import { AppModule } from '../../apps/api/src/app.module.js';
import { testDatabase } from '../support/database.js';
import { testEnvironment } from '../support/environment.js';

@Resolver()
class UnmarkedResolver {
  @Query(() => String)
  @Can('catalogue.read')
  marked(): string {
    return '';
  }

  @Mutation(() => String)
  forgotten(): string {
    return '';
  }
}

@Resolver()
class MarkedResolver {
  @Mutation(() => String)
  @Can('catalogue.write')
  remembered(): string {
    return '';
  }
}

@Public()
@Resolver()
class PublicResolver {
  @Query(() => String)
  everybodys(): string {
    return '';
  }
}

@Controller('unmarked')
class UnmarkedController {
  @Get()
  route(): string {
    return '';
  }
}

class SomethingHappened {
  static readonly type = 'something.happened';
}

@Injectable()
class NoProcessor {
  @Eventually(SomethingHappened, 'do-nothing')
  async work(): Promise<void> {}
}

@Processor('payments')
class GoodProcessor {
  @Eventually(SomethingHappened, 'do-nothing-well')
  async work(): Promise<void> {}
}

describe('the checks at boot', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(async () => {
    await database.drop();
  });

  /** The whole application with one class more. */
  async function boot(role: 'api' | 'worker', extra: { providers?: Type[]; controllers?: Type[] }): Promise<void> {
    const config = parseConfig(testEnvironment({ DATABASE_URL: database.url, ROLE: role }));
    const built = await Test.createTestingModule({
      imports: [AppModule.for(config, createLogger('silent'))],
      ...extra,
    }).compile();
    try {
      await built.init();
    } finally {
      await built.close();
    }
  }

  it('stop at a root field that does not say who may call it, and name it', async () => {
    await expect(boot('api', { providers: [UnmarkedResolver] })).rejects.toThrow(
      'these do not declare who may call them (@Can or @Public): UnmarkedResolver.forgotten',
    );
  });

  it('stop at a route that does not say who may call it, and name it', async () => {
    await expect(boot('api', { controllers: [UnmarkedController] })).rejects.toThrow('UnmarkedController.route');
  });

  it('let the same pass with a mark on the method or on the class', async () => {
    await expect(boot('api', { providers: [MarkedResolver, PublicResolver] })).resolves.toBeUndefined();
  });

  it('stop at a job that no queue would ever run, and name it', async () => {
    await expect(boot('worker', { providers: [NoProcessor] })).rejects.toThrow(
      "NoProcessor has @Eventually methods but no @Processor('queue')",
    );
  });

  it('let the same pass on a processor', async () => {
    await expect(boot('worker', { providers: [GoodProcessor] })).resolves.toBeUndefined();
  });
});
