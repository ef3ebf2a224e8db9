import { type Socket, connect } from 'node:net';
import type { Template } from './template.js';

export interface Answer {
  status: number;
  body: string;
}

/** Bytes of one answer; a seat map with names has some 3 KiB. */
const READ_BYTES = 16 * 1024;

/**
 * One keep-alive connection that carries one request at a time, as a browser's would. It reads just as much HTTP as it
 * takes to find the end of an answer.
 */
export class Connection {
  private socket: Socket | undefined;
  private received = '';
  private readonly copies: Buffer[] = [];
  /** When the request was due, in ms of `performance.now()`. */
  dueAt = 0;
  /** Its request is not answered yet. */
  isBusy = false;

  constructor(
    readonly index: number,
    private readonly target: URL,
    private readonly onAnswer: (connection: Connection, answer: Answer) => void,
    private readonly onLost: (connection: Connection, error: Error) => void,
  ) {}

  async open(): Promise<void> {
    this.received = '';
    await new Promise<void>((resolve, reject) => {
      const socket = connect({
        host: this.target.hostname,
        port: Number(this.target.port),
        noDelay: true,
        onread: { buffer: Buffer.allocUnsafe(READ_BYTES), callback: (length, buffer) => this.read(length, buffer) },
      });
      socket.once('connect', resolve);
      socket.on('error', reject);
      socket.once('close', () => {
        if (this.socket === socket) this.onLost(this, new Error('the server closed the connection'));
        this.socket = undefined;
      });
      this.socket = socket;
    });
  }

  /** The connection's own copy of the template's bytes, to be filled in and sent. */
  copy(template: Template): Buffer {
    return (this.copies[template.id] ??= Buffer.from(template.bytes));
  }

  /** `bytes` must stay as they are until the answer is there. */
  send(bytes: Buffer): void {
    this.socket?.write(bytes);
  }

  close(): void {
    const { socket } = this;
    this.socket = undefined;
    socket?.destroy();
  }

  private read(length: number, buffer: Uint8Array): boolean {
    this.received += (buffer as Buffer).toString('latin1', 0, length);
    const end = this.received.indexOf('\r\n\r\n');
    if (end < 0) return true;
    const whole = end + 4 + contentLength(this.received, end);
    if (this.received.length < whole) return true;
    const answer = { status: Number(this.received.slice(9, 12)), body: this.received.slice(end + 4, whole) };
    this.received = '';
    this.onAnswer(this, answer);
    return true;
  }
}

function contentLength(text: string, end: number): number {
  const at = text.indexOf('ontent-');
  const name = /ontent-length: *(\d+)/i.exec(at < 0 ? '' : text.slice(0, end));
  if (!name) throw new Error(`an answer without content-length: ${text.slice(0, end)}`);
  return Number(name[1]);
}
