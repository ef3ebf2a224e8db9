import { Args, Field, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { Can, CurrentPrincipal, type Principal, authorize } from '#identity';
import { DownloadLink } from '#tickets';
import { Journal } from '../journal/journal.js';
import { JournalEntry } from '../journal/journal.type.js';
import { AccountingExport, mustBeSpan } from './accounting-export.service.js';
import { ExportArgs, JournalArgs } from './accounting.inputs.js';

@ObjectType()
export class JournalPage {
  @Field(() => [JournalEntry])
  nodes: JournalEntry[];

  @Field(() => String, { nullable: true, description: 'Give it as "after" for the next page; null on the last one.' })
  endCursor: string | null;
}

/** For those who keep the books of an organization. */
@Resolver()
export class AccountingResolver {
  constructor(
    private readonly entries: Journal,
    private readonly exports: AccountingExport,
  ) {}

  @Query(() => JournalPage, { description: 'The double-entry journal of an organization, the oldest entry first.' })
  @Can('accounting.read')
  async journal(
    @CurrentPrincipal() principal: Principal,
    @Args() { first, after, ...span }: JournalArgs,
  ): Promise<JournalPage> {
    authorize('accounting.read', principal, span);
    mustBeSpan(span);
    const nodes = await this.entries.read(span, first, after);
    return { nodes, endCursor: nodes.length === first ? (nodes.at(-1)?.id ?? null) : null };
  }

  @Mutation(() => DownloadLink, {
    description: 'Makes a file for book-keeping programs. Answers a link that works for some minutes.',
  })
  @Can('accounting.read')
  async exportAccounting(
    @CurrentPrincipal() principal: Principal,
    @Args() { format, ...span }: ExportArgs,
  ): Promise<DownloadLink> {
    authorize('accounting.read', principal, span);
    return await this.exports.export(span, format);
  }
}
