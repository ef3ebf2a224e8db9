import type { Email } from 'postal-mime';
import { type Html, html, raw } from '#kernel';
import type { CaughtMail } from './caught-mail.service.js';

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; background: #eef1f5; color: #14213a; margin: 0 }
  main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 3rem }
  h1 { font-size: 1.35rem; margin: 0 } p { margin: .25rem 0 1rem; color: #56637a } a { color: #0b5d4b }
  table { border-collapse: collapse; width: 100%; background: #fff; border-radius: 10px; overflow: hidden; box-shadow: 0 1px 4px #14213a1f }
  th, td { text-align: left; padding: .6rem 1rem; vertical-align: top; overflow-wrap: break-word }
  th { font-size: .8rem; font-weight: 600; color: #56637a; background: #f7f9fb } tr + tr td { border-top: 1px solid #e3e8ef }
  td:last-child { white-space: nowrap; color: #56637a }
  header { background: #fff; border-radius: 10px; padding: 1rem 1.25rem; margin: 1rem 0; box-shadow: 0 1px 4px #14213a1f }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .75rem 0 0 } dt { color: #56637a } dd { margin: 0; overflow-wrap: anywhere }
  iframe { width: 100%; height: 46rem; border: 0; border-radius: 10px; background: #fff; box-shadow: 0 1px 4px #14213a1f }
  details { margin-top: 1rem } pre { background: #fff; border-radius: 10px; padding: 1rem 1.25rem; white-space: pre-wrap; overflow-wrap: anywhere }
`;

/** Messages show HTML that came from data: no scripts, nothing from elsewhere. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function listPage(mails: CaughtMail[]): string {
  return page(
    'Caught e-mails',
    html`<h1>Caught e-mails</h1>
      <p>Nothing was sent: SMTP_URL is not set. Reload to see new ones.</p>
      ${
        mails.length === 0
          ? html`<p>None yet. The first comes with the first paid order.</p>`
          : html`<table>
              <thead>
                <tr>
                  <th>Subject</th>
                  <th>To</th>
                  <th>Sent (UTC)</th>
                </tr>
              </thead>
              <tbody>
                ${mails.map(
                  ({ id, to, subject, sentAt }) =>
                    html`<tr>
                      <td><a href="/dev/mail/messages/${id}">${subject}</a></td>
                      <td>${to.join(', ')}</td>
                      <td>${instant(sentAt)}</td>
                    </tr>`,
                )}
              </tbody>
            </table>`
      }`,
  );
}

export function messagePage(id: string, mail: Email): string {
  const attachments = mail.attachments.map(
    ({ filename }, index) =>
      html`<a href="/dev/mail/messages/${id}/attachments/${index}">${filename ?? `attachment ${index + 1}`}</a> `,
  );
  return page(
    mail.subject ?? 'E-mail',
    html`<a href="/dev/mail">All caught e-mails</a>
      <header>
        <h1>${mail.subject}</h1>
        <dl>
          <dt>From</dt>
          <dd>${mail.from?.name} &lt;${mail.from?.address}&gt;</dd>
          <dt>To</dt>
          <dd>${mail.to?.map(({ name, address }) => `${name} <${address}>`).join(', ')}</dd>
          <dt>Sent</dt>
          <dd>${mail.date && instant(mail.date)}</dd>
          <dt>Attached</dt>
          <dd>${attachments.length > 0 ? attachments : 'nothing'}</dd>
          <dt>Source</dt>
          <dd><a href="/dev/mail/messages/${id}.eml">${id}.eml</a></dd>
        </dl>
      </header>
      ${mail.html && html`<iframe title="The message" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${inNewTabs(mail.html)}"></iframe>`}
      <details ${raw(mail.html ? '' : 'open')}>
        <summary>As plain text</summary>
        <pre>${mail.text}</pre>
      </details>`,
  );
}

/** A link in the frame opens beside it, not inside. */
function inNewTabs(markup: string): string {
  return markup.replace(/<head[^>]*>/i, (head) => `${head}<base target="_blank">`);
}

function instant(time: string): string {
  return new Date(time).toISOString().replace('T', ' ').slice(0, 19);
}

function page(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <main>${content}</main>
      </body>
    </html>`.markup;
}
