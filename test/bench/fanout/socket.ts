import { randomBytes } from 'node:crypto';
import { type Socket, connect } from 'node:net';

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/**
 * The client's half of a websocket, as little as it takes to read messages: 5,000 of them must leave the machine to the
 * server. Frames of servers are neither masked nor, by `ws`, cut in pieces.
 */
export class ListeningSocket {
  private rest: Buffer | undefined;
  private socket: Socket | undefined;

  constructor(
    private readonly url: URL,
    private readonly protocol: string,
    private readonly onText: (payload: Buffer) => void,
    private readonly onLost: (why: string) => void,
  ) {}

  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const socket = connect({ host: this.url.hostname, port: Number(this.url.port), noDelay: true });
      this.socket = socket;
      socket.once('error', reject);
      socket.once('connect', () => {
        const protocol = this.protocol ? `Sec-WebSocket-Protocol: ${this.protocol}\r\n` : '';
        socket.write(
          `GET ${this.url.pathname} HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
            `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n${protocol}\r\n`,
        );
      });
      socket.once('data', (chunk: Buffer) => {
        const end = chunk.indexOf('\r\n\r\n');
        if (!chunk.toString('latin1').startsWith('HTTP/1.1 101')) return reject(new Error(chunk.toString('latin1')));
        socket.on('data', (next: Buffer) => this.read(next));
        socket.on('error', () => undefined);
        socket.once('close', () => this.socket && this.onLost('the server closed a socket'));
        resolve();
        if (chunk.length > end + 4) this.read(chunk.subarray(end + 4));
      });
    });
  }

  send(text: string): void {
    this.write(TEXT, Buffer.from(text));
  }

  close(): void {
    const { socket } = this;
    this.socket = undefined;
    socket?.destroy();
  }

  private read(chunk: Buffer): void {
    let bytes = this.rest ? Buffer.concat([this.rest, chunk]) : chunk;
    for (;;) {
      const frame = frameOf(bytes);
      if (!frame) break;
      bytes = bytes.subarray(frame.end);
      this.take(frame.opcode, frame.payload);
    }
    this.rest = bytes.length > 0 ? Buffer.from(bytes) : undefined;
  }

  private take(opcode: number, payload: Buffer): void {
    if (opcode === TEXT) this.onText(payload);
    else if (opcode === PING) this.write(PONG, payload);
    else if (opcode === CLOSE)
      this.onLost(`the server closed a socket with ${payload.length >= 2 ? payload.readUInt16BE(0) : 'no code'}`);
  }

  /** Clients must mask; a mask of zeros changes nothing. */
  private write(opcode: number, payload: Buffer): void {
    const head = payload.length < 126 ? Buffer.alloc(6) : Buffer.alloc(8);
    head[0] = 0x80 | opcode;
    head[1] = 0x80 | Math.min(payload.length, 126);
    if (payload.length >= 126) head.writeUInt16BE(payload.length, 2);
    this.socket?.write(Buffer.concat([head, payload]));
  }
}

function frameOf(bytes: Buffer): { opcode: number; payload: Buffer; end: number } | undefined {
  if (bytes.length < 2) return undefined;
  let length = bytes[1]! & 0x7f;
  let start = 2;
  if (length === 126) {
    if (bytes.length < 4) return undefined;
    length = bytes.readUInt16BE(2);
    start = 4;
  } else if (length === 127) {
    if (bytes.length < 10) return undefined;
    length = Number(bytes.readBigUInt64BE(2));
    start = 10;
  }
  const end = start + length;
  return bytes.length < end ? undefined : { opcode: bytes[0]! & 0x0f, payload: bytes.subarray(start, end), end };
}
