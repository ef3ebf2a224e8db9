import { Args, ArgsType, Field, ID, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { IsIn, IsOptional, IsUUID, MaxLength } from 'class-validator';
import { resultUnion } from '#platform';
import { Can, CurrentPrincipal, type Principal } from '#identity';
import { Order } from '#reservations';
import { DocumentNotReady, DownloadLink } from '#tickets';
import { DocumentFormat } from './documents/document-format.js';
import { Invoice, labelOf } from './invoice.entity.js';
import { NoElectronicInvoice } from './invoice.refusals.js';
import { InvoicesService } from './invoices.service.js';

@ArgsType()
export class DownloadInvoiceArgs {
  @Field(() => ID)
  @IsUUID()
  id: string;

  @Field(() => DocumentFormat, { defaultValue: DocumentFormat.PDF })
  @IsIn(Object.values(DocumentFormat))
  format: DocumentFormat;

  @Field({ nullable: true, description: 'Of the reservation, for an order without an account.' })
  @IsOptional()
  @MaxLength(200)
  sessionToken?: string;
}

const DownloadInvoiceResult = resultUnion('DownloadInvoiceResult', [
  DownloadLink,
  DocumentNotReady,
  NoElectronicInvoice,
]);

@Resolver(() => Invoice)
export class InvoicesResolver {
  constructor(private readonly invoices: InvoicesService) {}

  @Mutation(() => DownloadInvoiceResult, {
    description: 'A link to an invoice, its receipt or a credit note that works for some minutes.',
  })
  @Can('invoice.download')
  async downloadInvoice(
    @CurrentPrincipal() principal: Principal | undefined,
    @Args() { id, format, sessionToken }: DownloadInvoiceArgs,
  ): Promise<DownloadLink> {
    return await this.invoices.download(principal, id, format, sessionToken);
  }

  @ResolveField('number', () => String, {
    description: 'Such as INV-000042: without gaps for each organization, credit notes apart.',
  })
  label(@Parent() invoice: Invoice): string {
    return labelOf(invoice);
  }
}

/** The library that owns invoices extends the order's type. */
@Resolver(() => Order)
export class OrderInvoicesResolver {
  constructor(private readonly invoices: InvoicesService) {}

  @ResolveField('invoice', () => Invoice, {
    nullable: true,
    description: 'Issued a moment after the payment; null before, and when there was nothing to pay.',
  })
  async invoiceOf(@Parent() { id }: Order): Promise<Invoice | null> {
    return await this.invoices.ofOrder(id);
  }

  @ResolveField('creditNotes', () => [Invoice], { description: 'For what was given back, the oldest first.' })
  async creditNotesOf(@Parent() { id }: Order): Promise<Invoice[]> {
    return await this.invoices.creditNotesOf(id);
  }
}
