import { type Html, html, raw } from '#kernel';

/** An e-mail without its addressee: the same content as plain text and as HTML. */
export interface Letter {
  subject: string;
  text: string;
  html: string;
}

/** What a letter is made of, from top to bottom. A string is a paragraph. */
export type Block =
  | string
  /** The main thing, big. */
  | { headline: string; below?: string }
  /** Names and what they are. */
  | { facts: [name: string, value: string][] }
  /** Lines of a bill; the last one is the sum. */
  | { lines: [what: string, amount: string][]; total: string }
  | { link: string; label: string };

const INK = '#14213a';
const PALE = '#56637a';
const GREEN = '#0b5d4b';
const FONT = "font-family:Inter,'Segoe UI',Helvetica,Arial,sans-serif";

/**
 * Writes a letter in both forms. Mail programs keep neither style sheets nor modern layout: every style is inline, and
 * the frame is a table.
 * @param sender whose name stands on top: the operator, or Holdfast itself
 */
export function letter({ subject, sender, blocks }: { subject: string; sender: string; blocks: Block[] }): Letter {
  return {
    subject,
    text: `${sender}\n\n${blocks.map(asText).join('\n\n')}\n`,
    html: html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>${subject}</title>
        </head>
        <body style="margin:0;padding:0;background:#eef1f5">
          <table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#eef1f5">
            <tr>
              <td align="center" style="padding:24px 12px">
                <table
                  role="presentation"
                  width="100%"
                  cellpadding="0"
                  cellspacing="0"
                  style="max-width:560px;background:#ffffff;border-radius:10px;overflow:hidden"
                >
                  <tr>
                    <td
                      style="background:${GREEN};color:#ffffff;padding:18px 28px;${raw(FONT)};font-size:20px;font-weight:800"
                    >
                      ${sender}
                    </td>
                  </tr>
                  <tr>
                    <td style="padding:12px 28px 28px;${raw(FONT)};font-size:16px;line-height:1.5;color:${INK}">
                      ${blocks.map(asHtml)}
                    </td>
                  </tr>
                </table>
                <p style="${raw(FONT)};font-size:12px;color:${PALE};margin:16px 0 0">Sent by Holdfast for ${sender}</p>
              </td>
            </tr>
          </table>
        </body>
      </html>`.markup,
  };
}

function asText(block: Block): string {
  if (typeof block === 'string') return block;
  if ('headline' in block) return block.below ? `${block.headline}\n${block.below}` : block.headline;
  if ('facts' in block) return block.facts.map(([name, value]) => `${name}: ${value}`).join('\n');
  if ('lines' in block) {
    return [...block.lines, ['Total', block.total]].map(([what, amount]) => `${what}: ${amount}`).join('\n');
  }
  return `${block.label}:\n${block.link}`;
}

function asHtml(block: Block): Html {
  if (typeof block === 'string') return html`<p style="margin:16px 0 0">${block}</p>`;
  if ('headline' in block) {
    return html`<p style="margin:16px 0 0;font-size:24px;line-height:1.25;font-weight:800">${block.headline}</p>
      ${block.below && html`<p style="margin:4px 0 0;font-size:16px;color:${PALE}">${block.below}</p>`}`;
  }
  if ('facts' in block) return table(block.facts.map((fact) => row(fact, `color:${PALE}`, 'font-weight:600')));
  if ('lines' in block) {
    const total = row(['Total', block.total], 'font-weight:800', 'font-weight:800;text-align:right');
    return table([...block.lines.map((line) => row(line, '', 'text-align:right;white-space:nowrap')), total]);
  }
  return html`<p style="margin:24px 0 8px">
      <a
        href="${block.link}"
        style="display:inline-block;background:${GREEN};color:#ffffff;text-decoration:none;font-weight:600;padding:12px 22px;border-radius:8px"
        >${block.label}</a
      >
    </p>
    <p style="margin:0;font-size:12px;color:${PALE};word-break:break-all">${block.link}</p>`;
}

function table(rows: Html[]): Html {
  return html`<table
    role="presentation"
    width="100%"
    cellpadding="0"
    cellspacing="0"
    style="margin:16px 0 0;border-collapse:collapse"
  >
    ${rows}
  </table>`;
}

function row([left, right]: [string, string], leftStyle: string, rightStyle: string): Html {
  const cell = `${FONT};font-size:15px;line-height:1.4;color:${INK};border-top:1px solid #e3e8ef;padding:8px 0;vertical-align:top`;
  return html`<tr>
    <td style="${raw(cell)};padding-right:16px;${leftStyle}">${left}</td>
    <td style="${raw(cell)};${rightStyle}">${right}</td>
  </tr>`;
}
