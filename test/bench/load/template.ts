/** A part of a request: fixed text, or a field of fixed width that is written anew for every request. */
type Piece = string | { field: string; width: number };

export const UUID_WIDTH = 36;
export const KEY_WIDTH = 32;
/** Four numbers of three digits. */
export const ADDRESS_WIDTH = 15;

let made = 0;

/**
 * The bytes of an HTTP request with gaps of fixed width. Each connection has a copy of its own and writes only into
 * the gaps: a request costs the generator no memory and almost no time.
 */
export class Template {
  readonly id = made++;
  readonly bytes: Buffer;
  private readonly offsets = new Map<string, number>();

  constructor(body: Piece[], token?: string) {
    const length = body.reduce((sum, piece) => sum + widthOf(piece), 0);
    const head: Piece[] = [
      'POST /graphql HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\nx-forwarded-for: ',
      { field: 'address', width: ADDRESS_WIDTH },
      ...(token ? ['\r\nauthorization: Bearer ', { field: 'token', width: token.length }] : []),
      `\r\ncontent-length: ${length}\r\n\r\n`,
    ];
    const pieces = [...head, ...body];
    let offset = 0;
    for (const piece of pieces) {
      if (typeof piece !== 'string') this.offsets.set(piece.field, offset);
      offset += widthOf(piece);
    }
    this.bytes = Buffer.from(
      pieces.map((piece) => (typeof piece === 'string' ? piece : '0'.repeat(piece.width))).join(''),
    );
  }

  offset(field: string): number {
    const offset = this.offsets.get(field);
    if (offset === undefined) throw new Error(`the request has no ${field}`);
    return offset;
  }
}

function widthOf(piece: Piece): number {
  return typeof piece === 'string' ? Buffer.byteLength(piece) : piece.width;
}

/** The body of a GraphQL request. `variables` is the inside of the JSON object. */
export function operation(query: string, variables: Piece[]): Piece[] {
  return [`{"query":${JSON.stringify(query)},"variables":{`, ...variables, '}}'];
}

/** An internet address for each number; after 3.8 million they begin again. */
export function addressOf(n: number): string {
  const part = (value: number): number => 100 + (value % 156);
  return `100.${part(n)}.${part(Math.floor(n / 156))}.${part(Math.floor(n / 24_336))}`;
}
