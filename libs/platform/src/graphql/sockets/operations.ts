import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  OperationTypeNode,
  createSourceEventStream,
  execute,
  getOperationAST,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { correlation } from '../../logging/correlation.js';
import { badInput } from '../caller-errors.js';
import type { errorFormatter } from '../format-error.js';
import { type GraphqlContext, socketContext } from '../graphql-context.js';
import { Documents, withCode } from './documents.js';
import type { GraphqlSocket } from './graphql-socket.js';
import { Operation, SharedOperation } from './operation.js';
import { SharedSelection } from './shared-selection.js';
import { SharedSource } from './shared-source.js';

/** A page shows a handful; each of them costs memory as long as it runs. */
const MOST_AT_ONCE = 100;

/** Executes what clients ask for over sockets, with the limits and the masked errors of HTTP. */
export class Operations {
  private readonly documents: Documents;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly format: ReturnType<typeof errorFormatter>,
  ) {
    this.documents = new Documents(schema);
  }

  async run(socket: GraphqlSocket, id: string, request: SubscribePayload): Promise<void> {
    const context = socketContext(socket);
    const operation = new Operation(socket, id);
    const work = async (): Promise<void> => {
      try {
        if (socket.operationCount > MOST_AT_ONCE)
          throw badInput(`A connection carries at most ${MOST_AT_ONCE} operations at a time. End one of them first.`);
        await this.perform(operation, request, context);
        await operation.complete();
      } catch (error) {
        const errors: unknown[] = Array.isArray(error) ? error : [error];
        await operation.fail(errors.map(this.formatted));
      }
    };
    await correlation.run(context.req.id, work, context.req);
  }

  /** @throws what it fails of; an array of errors when the request is wrong */
  private async perform(operation: Operation, request: SubscribePayload, contextValue: GraphqlContext): Promise<void> {
    const prepared = this.documents.prepare(request.query);
    if (Array.isArray(prepared)) throw prepared;
    const wanted = getOperationAST(prepared.document, request.operationName);
    if (!wanted)
      throw withCode(new GraphQLError('Say which operation of the document is meant.'), 'OPERATION_RESOLUTION_FAILURE');
    const args: ExecutionArgs = {
      schema: this.schema,
      document: prepared.document,
      operationName: request.operationName,
      variableValues: request.variables,
    };
    if (wanted.operation !== OperationTypeNode.SUBSCRIPTION)
      return await operation.next(this.shown(await execute({ ...args, contextValue })));
    const source = await createSourceEventStream({ ...args, contextValue });
    if (!(Symbol.asyncIterator in source)) return await operation.next(this.shown(source));
    if (source instanceof SharedSource) {
      // It takes the place of this operation, unless the client has changed its mind meanwhile.
      if (operation.isClosed) return;
      const selection = SharedSelection.join(prepared, wanted, args, this.serialised);
      return new SharedOperation(operation.socket, operation.id, selection, this.formatted).open(source);
    }
    for await (const rootValue of operation.eventsOf(source))
      await operation.next(this.shown(await execute({ ...args, contextValue, rootValue })));
  }

  private shown({ errors, ...result }: ExecutionResult): object {
    return errors ? { ...result, errors: errors.map(this.formatted) } : result;
  }

  private readonly serialised = (result: ExecutionResult, { req }: GraphqlContext): string =>
    correlation.run(req.id, () => JSON.stringify(this.shown(result)));

  private readonly formatted = (error: unknown): GraphQLFormattedError => {
    return this.format(error instanceof GraphQLError ? error.toJSON() : { message: '' }, error);
  };
}
