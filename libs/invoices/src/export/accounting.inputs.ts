import { ArgsType, Field, ID, Int, registerEnumType } from '@nestjs/graphql';
import { IsDate, IsIn, IsOptional, IsUUID, Max, Min } from 'class-validator';

export enum ExportFormat {
  CSV = 'CSV',
  JOURNAL = 'JOURNAL',
}
registerEnumType(ExportFormat, {
  name: 'AccountingFormat',
  valuesMap: {
    CSV: { description: 'Invoices, credit notes, payments and refunds, a line each.' },
    JOURNAL: { description: 'Lines of the journal; debits and credits are the same.' },
  },
});

@ArgsType()
class SpanArgs {
  @Field(() => ID)
  @IsUUID()
  organizationId: string;

  @Field({ description: 'What happened from then on …' })
  @IsDate()
  since: Date;

  @Field({ description: '… and before then. At most 400 days.' })
  @IsDate()
  until: Date;
}

@ArgsType()
export class JournalArgs extends SpanArgs {
  @Field(() => Int, { defaultValue: 50, description: 'At most 200.' })
  @Min(1)
  @Max(200)
  first: number;

  @Field(() => ID, { nullable: true, description: 'Id of the last one of the page before.' })
  @IsOptional()
  @IsUUID()
  after?: string;
}

@ArgsType()
export class ExportArgs extends SpanArgs {
  @Field(() => ExportFormat)
  @IsIn(Object.values(ExportFormat))
  format: ExportFormat;
}
