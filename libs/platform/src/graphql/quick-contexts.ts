import type { CanActivate, ContextType, ParamData, PipeTransform } from '@nestjs/common';
import { ForbiddenException } from '@nestjs/common';
import { FORBIDDEN_MESSAGE } from '@nestjs/core/guards/constants.js';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { ExternalContextCreator } from '@nestjs/core/helpers/external-context-creator.js';
import { ParamsTokenFactory } from '@nestjs/core/pipes/params-token-factory.js';
import type { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { isPromise } from 'node:util/types';

/** A parameter of a resolver, as Nest has worked it out. */
interface Param {
  index: number;
  extractValue: (...call: unknown[]) => unknown;
  type: RouteParamtypes;
  data?: ParamData;
  metatype?: unknown;
  pipes: PipeTransform[];
}

/**
 * Which guards and pipes a resolver has, and in which order, is left to Nest; but it awaits every one of them for every
 * parameter, some thirty promises for a mutation. Here an answer that is no promise is taken as it is.
 */
export function takeAnswersAtOnce(contexts: ExternalContextCreator): void {
  const tokens = new ParamsTokenFactory();

  contexts.createGuardsFn = (guards: CanActivate[], instance, callback, contextType) => {
    if (guards.length === 0) return null;
    return (call: unknown[]): void | Promise<void> => {
      const context = new ExecutionContextHost(call, instance.constructor as never, callback);
      context.setType(contextType as ContextType);
      return admitted(guards, context);
    };
  };

  contexts.createPipesFn = (pipes, params) => {
    if (params.length === 0) return null;
    const steps = (params as Param[]).map(({ index, extractValue, type, data, metatype, pipes: own }) => ({
      index,
      extractValue,
      pipes: [...pipes, ...own],
      metadata: { type: tokens.exchangeEnumForString(type), metatype, data } as never,
    }));
    return ((values: unknown[], ...call: unknown[]): void | Promise<void> => {
      const waits: Promise<void>[] = [];
      try {
        for (const { index, extractValue, pipes: all, metadata } of steps) {
          const value = piped(extractValue(...call), all, metadata);
          if (isPromise(value)) waits.push(value.then((settled) => void (values[index] = settled)));
          else values[index] = value;
        }
      } catch (error) {
        // Those that are on their way may fail as well; a rejection that nobody hears ends the process.
        Promise.all(waits).catch(() => undefined);
        throw error;
      }
      if (waits.length > 0) return Promise.all(waits).then(() => undefined);
    }) as ReturnType<ExternalContextCreator['createPipesFn']>;
  };
}

/** @throws ForbiddenException when a guard says no */
function admitted(guards: CanActivate[], context: ExecutionContextHost, from = 0): void | Promise<void> {
  for (let index = from; index < guards.length; index += 1) {
    const answer = guards[index]!.canActivate(context);
    if (isPromise(answer))
      return answer.then((isAdmitted: unknown) => {
        if (isAdmitted !== true) throw new ForbiddenException(FORBIDDEN_MESSAGE);
        return admitted(guards, context, index + 1);
      });
    if (answer !== true) throw new ForbiddenException(FORBIDDEN_MESSAGE);
  }
}

function piped(value: unknown, pipes: PipeTransform[], metadata: never, from = 0): unknown {
  if (isPromise(value)) return value.then((settled) => piped(settled, pipes, metadata, from));
  if (from === pipes.length) return value;
  return piped(pipes[from]!.transform(value, metadata) as unknown, pipes, metadata, from + 1);
}
