import { once } from 'node:events';
import { type Socket, createServer } from 'node:net';

export interface MailServer {
  url: string;
  /** What was accepted, as it came. */
  messages: string[];
  /** So many messages are refused for the moment, before one is accepted. */
  refuse: number;
  close(): Promise<void>;
}

/** A mail server of somebody else: it speaks as much SMTP as it takes to get a message delivered. */
export async function startMailServer(): Promise<MailServer> {
  const server = createServer((socket) => converse(socket, mails));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const mails: MailServer = {
    url: `smtp://127.0.0.1:${port}?ignoreTLS=true`,
    messages: [],
    refuse: 0,
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
  return mails;
}

function converse(socket: Socket, mails: MailServer): void {
  let received = '';
  let inMessage = false;
  socket.on('error', () => undefined);
  socket.setEncoding('latin1').write('220 mail.test\r\n');
  socket.on('data', (chunk: string) => {
    received += chunk;
    for (;;) {
      const end = received.indexOf(inMessage ? '\r\n.\r\n' : '\r\n');
      if (end < 0) return;
      const line = received.slice(0, end);
      received = received.slice(end + (inMessage ? 5 : 2));
      if (inMessage) {
        inMessage = false;
        if (mails.refuse > 0) {
          mails.refuse -= 1;
          socket.write('451 later\r\n');
        } else {
          mails.messages.push(line);
          socket.write('250 taken\r\n');
        }
      } else if (/^DATA/i.test(line)) {
        inMessage = true;
        socket.write('354 go on\r\n');
      } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
      else socket.write('250 mail.test\r\n');
    }
  });
}
