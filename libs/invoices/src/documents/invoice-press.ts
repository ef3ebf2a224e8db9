import { Injectable } from '@nestjs/common';
import { Clock, type Html } from '#kernel';
import { Browser } from '#platform';
import { invoiceHead } from './invoice-page.js';

/** Prints a document on its own: how many pages it takes is the browser's to say. */
@Injectable()
export class InvoicePress {
  private head: Html | undefined;

  constructor(
    private readonly browser: Browser,
    private readonly clock: Clock,
  ) {}

  /** @param title what a reader of PDFs shows */
  async print(title: string, page: Html): Promise<Buffer> {
    this.head ??= invoiceHead();
    const { PDFDocument } = await import('@cantoo/pdf-lib');
    const document = await PDFDocument.load(await this.browser.print(this.head, page), { updateMetadata: false });
    const now = this.clock.now();
    document.setTitle(title, { showInWindowTitleBar: true });
    document.setCreator('Holdfast');
    document.setProducer('Holdfast');
    document.setLanguage('en');
    document.setCreationDate(now);
    document.setModificationDate(now);
    return Buffer.from(await document.save());
  }
}
