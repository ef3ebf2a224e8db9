import { PDFiumLibrary } from '@hyzyla/pdfium';
import * as jsqr from 'jsqr';

type Decode = (data: Uint8ClampedArray, width: number, height: number) => { data: string } | null;
/** A package from before ES modules: Node and Jest show its function at different depths. */
const decode = [jsqr, jsqr.default, (jsqr.default as { default?: unknown }).default].find(
  (one) => typeof one === 'function',
) as unknown as Decode;

/** 72 points an inch: 150 dots an inch is what a cheap printer or a screen shows. */
const SCALE = 150 / 72;

/** What a person sees on a page, and what a scanner reads from it. */
export interface PdfPage {
  text: string;
  /** `undefined` when there is no QR code that can be read. */
  qr: string | undefined;
}

/** Renders every page to pixels and reads it. @throws Error when it is not a PDF */
export async function readPdf(pdf: Buffer): Promise<PdfPage[]> {
  const library = await PDFiumLibrary.init();
  try {
    const document = await library.loadDocument(pdf);
    const pages: PdfPage[] = [];
    for (const page of document.pages()) {
      // First the text: rendering closes the page.
      const text = page.getText();
      const { data, width, height } = await page.render({ scale: SCALE, render: 'bitmap' });
      pages.push({ text, qr: decode(new Uint8ClampedArray(data), width, height)?.data });
    }
    document.destroy();
    return pages;
  } finally {
    library.destroy();
  }
}
