import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { ACCESS } from '#platform';

/** Nest's own marks: a GraphQL root field (`Query`, `Mutation`, `Subscription`), and a controller's route. */
const RESOLVER_TYPE = 'graphql:resolver_type';
const ROUTE_PATH = 'path';

/** Boot fails when a root field or a route does not say who may call it. */
@Injectable()
export class AccessCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const unmarked = [...this.discovery.getProviders(), ...this.discovery.getControllers()].flatMap(
      ({ instance, metatype }) => {
        if (!instance || typeof instance !== 'object' || !metatype) return [];
        const prototype = Object.getPrototypeOf(instance) as Record<string, () => unknown>;
        return this.scanner
          .getAllMethodNames(prototype)
          .filter((name) => isEntrance(prototype[name]!))
          .filter(
            (name) =>
              this.reflector.getAllAndOverride(ACCESS, [prototype[name]!, metatype as () => unknown]) === undefined,
          )
          .map((name) => `${metatype.name}.${name}`);
      },
    );
    if (unmarked.length > 0) {
      throw new Error(`these do not declare who may call them (@Can or @Public): ${unmarked.join(', ')}`);
    }
  }
}

function isEntrance(method: () => unknown): boolean {
  const type = Reflect.getMetadata(RESOLVER_TYPE, method) as string | undefined;
  return type === 'Query' || type === 'Mutation' || type === 'Subscription' || Reflect.hasMetadata(ROUTE_PATH, method);
}
