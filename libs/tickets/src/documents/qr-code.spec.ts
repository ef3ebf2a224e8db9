import { randomBytes } from 'node:crypto';
import * as jsqr from 'jsqr';
import { qrCode } from './qr-code.js';

type Decode = (data: Uint8ClampedArray, width: number, height: number) => { data: string } | null;
const decode = [jsqr, jsqr.default].find((one) => typeof one === 'function') as unknown as Decode;

/** Draws the strokes of the SVG, eight pixels a module. */
function draw(svg: string): { pixels: Uint8ClampedArray; width: number; modules: number } {
  const modules = Number(/viewBox="0 0 (\d+)/.exec(svg)![1]);
  const width = modules * 8;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [, x, y, length] of svg.matchAll(/M(\d+) ([\d.]+)h(\d+)/g)) {
    for (let row = (Number(y) - 0.5) * 8; row < (Number(y) + 0.5) * 8; row += 1) {
      const begin = row * width + Number(x) * 8;
      for (let pixel = begin; pixel < begin + Number(length) * 8; pixel += 1) pixels.fill(0, pixel * 4, pixel * 4 + 3);
    }
  }
  return { pixels, width, modules };
}

describe('a QR code', () => {
  it('says exactly its text', () => {
    for (let round = 0; round < 5; round += 1) {
      const text = `HF1.${randomBytes(108).toString('base64url')}`;
      const { pixels, width } = draw(qrCode(text).markup);
      expect(decode(pixels, width, width)?.data).toBe(text);
    }
  });

  it('leaves a quiet zone of four modules, and has 49 modules for a ticket', () => {
    const { pixels, width, modules } = draw(qrCode(`HF1.${randomBytes(108).toString('base64url')}`).markup);
    expect(modules).toBe(49 + 8);
    const dark = (x: number, y: number): boolean => pixels[(y * width + x) * 4] === 0;
    const edge = Array.from({ length: width * 32 }, (_, index) => [index % width, Math.floor(index / width)] as const);
    expect(edge.some(([along, into]) => dark(along, into) || dark(into, along))).toBe(false);
    expect(dark(32, 32)).toBe(true);
  });
});
