import { Processor } from '@nestjs/bull';
import { Eventually } from '#platform';
import { RefundRequested } from './payment.events.js';
import { RefundsService } from './refunds.service.js';

@Processor('payments')
export class RefundsProcessor {
  constructor(private readonly refunds: RefundsService) {}

  @Eventually(RefundRequested, 'send-refund')
  async send({ refundId }: RefundRequested): Promise<void> {
    await this.refunds.send(refundId);
  }
}
