/** Style of a ticket: A5, upright, so that two fit on a sheet of A4 and one is readable on a telephone. */
export const TICKET_STYLE = `
  @page { size: 148mm 210mm; margin: 0 }
  * { box-sizing: border-box; margin: 0 }
  body { font: 400 10pt/1.35 Inter, 'Open Sans', sans-serif; color: #14213a }

  /* One page each, whatever stands on it: what is too long is cut off at the edge of its box and moves nothing. Only where
     a text is long: each clipped box takes the browser a quarter of a millisecond. */
  .ticket { width: 148mm; height: 210mm; padding: 0 12mm 9mm; overflow: hidden; break-after: page; display: flex; flex-direction: column }
  .ticket:last-child { break-after: auto }
  .ticket * { overflow-wrap: anywhere; min-width: 0 }

  header { display: flex; justify-content: space-between; align-items: center; gap: 8mm; height: 20mm; flex: none;
    margin: 0 -12mm; padding: 0 12mm; background: #0b5d4b; color: #fff }
  .operator { font-weight: 800; font-size: 16pt; line-height: 1.15; max-height: 15mm }
  .operator.long { font-size: 10.5pt; overflow: hidden }
  .kind { flex: none; font-weight: 600; font-size: 9pt; color: #cfe6df }

  .title { margin-top: 6mm; color: #56637a; max-height: 9.5mm }
  .title.long { font-size: 8pt; max-height: 8mm; overflow: hidden }
  .date { font-weight: 800; font-size: 24pt; line-height: 1.15; letter-spacing: -.01em; word-spacing: .04em }

  .journey { display: grid; grid-template-columns: 1fr 14mm 1fr; margin-top: 4mm; height: 29mm; flex: none; overflow: hidden }
  .journey.event { grid-template-columns: 1fr }
  .time { font-weight: 800; font-size: 20pt; line-height: 1.25; letter-spacing: -.01em; font-variant-numeric: tabular-nums; white-space: nowrap }
  .time small { font-weight: 400; font-size: 9pt; color: #56637a; letter-spacing: 0; margin-left: 1mm }
  .place { font-weight: 600; font-size: 12.5pt; line-height: 1.25 }
  .place.long { font-size: 9.5pt }
  .place.very-long { font-size: 7.5pt }
  .arrow { width: 8.5mm; margin-top: 1.2mm }
  .arrow path { fill: none; stroke: #0b5d4b; stroke-width: 2.4; stroke-linecap: round; stroke-linejoin: round }

  .facts { display: grid; grid-template: 29mm / 38mm 1fr; gap: 7mm; flex: none }
  .seat { background: #e6f2ee; border-radius: 3mm; padding: 2.5mm 4mm; display: flex; flex-direction: column }
  .seat div { flex: 1; display: flex; align-items: center; font-weight: 800; font-size: 40pt; line-height: 1; letter-spacing: -.02em }
  .seat div.long { font-size: 19pt; line-height: 1.1 }
  .seat div.very-long { font-size: 10pt; line-height: 1.2; letter-spacing: 0 }
  .seat:has(.very-long) { overflow: hidden }
  .passenger { height: 16mm }
  .passenger:has(.very-long) { overflow: hidden }
  .passenger strong { display: block; font-weight: 600; font-size: 15pt; line-height: 1.2 }
  .passenger strong.long { font-size: 11pt }
  .passenger strong.very-long { font-size: 8pt }
  .fare { display: flex; gap: 8mm; height: 11.5mm; margin-top: 1mm }
  .fare:has(.long) { overflow: hidden }
  .fare strong { font-weight: 600; display: block; line-height: 1.25 }
  .fare strong.long { font-size: 8pt }
  .fare div:last-child { flex: none }
  .label { display: block; font-size: 8pt; line-height: 1.5; color: #56637a }

  /* Where one folds or cuts. */
  .tear { border-top: .35mm dashed #9aa6b8; margin: 6mm -12mm 2mm; flex: none }

  .check { display: grid; grid-template-columns: 56mm 1fr; gap: 4mm; align-items: center; flex: none }
  /* 49 of 57 modules are the code: 48 mm wide, and its quiet zone. */
  .qr { margin-left: -4mm }
  .qr svg { display: block; width: 56mm; height: 56mm }
  .numbers .number { display: block; white-space: nowrap; font-weight: 800; font-size: 16pt; line-height: 1.3; margin-bottom: 2.5mm }
  .numbers .number.second { font-weight: 600; font-size: 11.5pt }
  .numbers p { font-size: 9pt; line-height: 1.45; margin-top: 4mm }

  footer { margin-top: auto; font-size: 7.5pt; line-height: 1.5; color: #56637a; max-height: 21mm }
`;
