/** Style of invoices, receipts and credit notes: A4, black on white, as many pages as the lines take. */
export const INVOICE_STYLE = `
  @page { size: 210mm 297mm; margin: 18mm 18mm 22mm 20mm;
    @bottom-right { content: counter(page) ' / ' counter(pages); font: 400 8pt Inter, sans-serif; color: #56637a } }
  * { box-sizing: border-box; margin: 0 }
  body { font: 400 9.5pt/1.45 Inter, 'Open Sans', sans-serif; color: #14213a; -webkit-print-color-adjust: exact }
  .paper * { overflow-wrap: anywhere; min-width: 0 }
  .number, td.amount, th.amount { font-variant-numeric: tabular-nums }

  header { display: grid; grid-template-columns: 1fr 70mm; gap: 10mm; border-bottom: .6mm solid #0b5d4b; padding-bottom: 6mm }
  .seller strong { display: block; font-weight: 800; font-size: 13pt; line-height: 1.25; margin-bottom: 1mm }
  .seller div { white-space: pre-line; color: #3b4860 }
  .kind { text-align: right; font-weight: 800; font-size: 20pt; line-height: 1.15; color: #0b5d4b }
  .number { text-align: right; font-weight: 600; font-size: 11pt }

  .about { display: grid; grid-template-columns: 1fr 70mm; gap: 10mm; margin: 7mm 0 8mm }
  .label { display: block; font-size: 8pt; color: #56637a }
  .about strong { font-weight: 600; font-size: 10.5pt }
  dl { display: grid; grid-template-columns: auto 1fr; gap: .8mm 5mm }
  dt { color: #56637a }
  dd { text-align: right; font-weight: 600 }
  h2 { font-weight: 600; font-size: 11pt; margin-bottom: 2.5mm; break-after: avoid }

  table { width: 100%; border-collapse: collapse }
  th { text-align: left; font-weight: 400; font-size: 8pt; color: #56637a; padding: 0 0 1.5mm; border-bottom: .25mm solid #9aa6b8; vertical-align: bottom }
  td { padding: 1.9mm 0; border-bottom: .2mm solid #e1e6ee; vertical-align: top }
  tr { break-inside: avoid }
  th.amount, td.amount { text-align: right; white-space: nowrap; padding-left: 5mm }
  th.amount { white-space: normal }
  td small { display: block; font-size: 8pt; color: #56637a }

  .sums { display: grid; grid-template-columns: 1fr 74mm; gap: 12mm; margin-top: 7mm; break-inside: avoid; align-items: start }
  .sums td { padding: 1.2mm 0; border-bottom: none }
  .rates td { border-bottom: .2mm solid #e1e6ee }
  .total td { border-top: .4mm solid #14213a; font-weight: 800; font-size: 12.5pt; padding-top: 2mm }
  .due td { color: #56637a; padding-top: 0 }
  .notes { margin-top: 9mm; font-size: 8.5pt; color: #3b4860; break-inside: avoid }
  .notes p + p { margin-top: 1.2mm }
`;
