import 'reflect-metadata';
import { type ExecutionContext, ForbiddenException, Injectable, Module, UseGuards, UsePipes } from '@nestjs/common';
import { ExternalContextCreator, NestFactory } from '@nestjs/core';
import { Args, Context, PARAM_ARGS_METADATA } from '@nestjs/graphql';
import { takeAnswersAtOnce } from './quick-contexts.js';

interface Call {
  guards: unknown[];
  seen: unknown[];
}

/** Answers what the call says, in the order in which it is asked. */
class CallsGuard {
  canActivate(context: ExecutionContext): boolean {
    const call = context.getArgByIndex<Call>(2);
    call.seen.push(`${context.getType<string>()} ${context.getClass().name}.${context.getHandler().name}`);
    const answer = call.guards.shift();
    if (answer instanceof Error) throw answer;
    return answer as boolean;
  }
}

class AddOne {
  transform(value: unknown, { type, data }: { type: string; data?: string }): unknown {
    if (typeof value !== 'number') return value;
    if (value < 0) throw new Error(`${type} ${data}: negative`);
    return value % 2 === 0 ? value + 1 : Promise.resolve(value + 1);
  }
}

@Injectable()
@UsePipes(AddOne, AddOne)
class Adder {
  @UseGuards(CallsGuard, CallsGuard)
  add(@Args('a') a: number, @Args('b') b: number, @Context() { seen }: Call): string {
    seen.push('called');
    return `${a} and ${b}`;
  }
}

@Module({ providers: [Adder] })
class AdderModule {}

describe('resolvers whose answers are taken at once', () => {
  // As Nest's own for GraphQL: a named argument, or the context.
  const exchangeKeyForValue = (_: number, name: string | undefined, [, given, context]: unknown[]): unknown =>
    name === undefined ? context : (given as Record<string, unknown>)[name];

  async function outcome(isQuick: boolean, guards: () => unknown[], args: Record<string, unknown>): Promise<unknown> {
    const app = await NestFactory.createApplicationContext(AdderModule, { logger: false });
    const contexts = app.get(ExternalContextCreator);
    if (isQuick) takeAnswersAtOnce(contexts);
    const adder = app.get(Adder);
    const call = contexts.create(
      adder,
      adder.add as (...args: unknown[]) => unknown,
      'add',
      PARAM_ARGS_METADATA,
      { exchangeKeyForValue } as never,
      undefined,
      undefined,
      { guards: true, interceptors: true, filters: false },
      'graphql',
    ) as (...args: unknown[]) => Promise<string>;
    const seen: unknown[] = [];
    const answer = await call(undefined, args, { guards: guards(), seen }, {}).catch((error: Error) => error);
    await app.close();
    return [answer instanceof Error ? `${answer.constructor.name}: ${answer.message}` : answer, seen];
  }

  const yes = (): unknown[] => [true, true];
  it.each([
    ['values', yes, { a: 2, b: 4 }, '4 and 6'],
    ['promises', yes, { a: 1, b: 3 }, '3 and 5'],
    ['a value and a promise', yes, { a: 1, b: 2 }, '3 and 4'],
    ['nothing', yes, {}, 'undefined and undefined'],
    ['a pipe that throws', yes, { a: -1, b: 2 }, 'Error: body a: negative'],
    ['a pipe that throws while another is on its way', yes, { a: 1, b: -1 }, 'Error: body b: negative'],
    ['guards that say yes later', () => [Promise.resolve(true), true], { a: 2, b: 4 }, '4 and 6'],
    ['a guard that says no', () => [true, false], { a: 2, b: 4 }, 'ForbiddenException: Forbidden resource'],
    [
      'a guard that says no later',
      () => [Promise.resolve(false), true],
      { a: 2, b: 4 },
      'ForbiddenException: Forbidden resource',
    ],
    ['a guard that throws', () => [new Error('out'), true], { a: 2, b: 4 }, 'Error: out'],
    ['a guard that fails later', () => [Promise.reject(new Error('out')), true], { a: 2, b: 4 }, 'Error: out'],
  ])('are answered as by Nest with %s', async (_, guards, args, expected) => {
    const [slow, quick] = [await outcome(false, guards, args), await outcome(true, guards, args)];
    expect(quick).toEqual(slow);
    expect((quick as unknown[])[0]).toBe(expected);
  });

  it('let nobody in whose guard answers neither yes nor no', async () => {
    const [answer] = (await outcome(true, () => [{ subscribe: () => undefined }], { a: 1, b: 1 })) as string[];
    expect(answer).toBe(`${ForbiddenException.name}: Forbidden resource`);
  });
});
