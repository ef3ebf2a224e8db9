import { type Block, letter } from './letter.js';

const blocks: Block[] = [
  'Hello & welcome',
  { headline: 'Inverness → Edinburgh', below: 'on <b>Tuesday</b>' },
  { facts: [['Seat', '4C']] },
  {
    lines: [
      ['Seat 4C', '£10.00'],
      ['Seat 4D', '£10.00'],
    ],
    total: '£20.00',
  },
  { link: 'https://tickets.example/?a=1&b=2', label: 'Open' },
];

describe('a letter', () => {
  const { text, html, subject } = letter({ subject: 'Hi', sender: 'Cairn Coaches', blocks });

  it('says the same as text and as HTML', () => {
    expect(subject).toBe('Hi');
    expect(text).toBe(
      'Cairn Coaches\n\nHello & welcome\n\nInverness → Edinburgh\non <b>Tuesday</b>\n\nSeat: 4C\n\nSeat 4C: £10.00\nSeat 4D: £10.00\nTotal: £20.00\n\nOpen:\nhttps://tickets.example/?a=1&b=2\n',
    );
    for (const words of ['Hello &amp; welcome', 'Inverness → Edinburgh', '£20.00', 'Seat 4D', 'Cairn Coaches'])
      expect(html).toContain(words);
    expect(html).toContain('href="https://tickets.example/?a=1&amp;b=2"');
  });

  it('takes no markup from names, and loads nothing', () => {
    expect(html).toContain('on &lt;b&gt;Tuesday&lt;/b&gt;');
    expect(html).not.toMatch(/<(img|script|link|style)|url\(/);
  });
});
