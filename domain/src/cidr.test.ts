import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isInRange, networkAround, networksOf, parseCidr } from './cidr.ts'

describe('a range of addresses', () => {
  const ranges: Record<string, string> = {
    '10.0.0.7': '10.0.0.7/32',
    '10.0.0.0/8': '10.0.0.0/8',
    '0.0.0.0/0': '0.0.0.0/0',
    '192.168.128.0/17': '192.168.128.0/17',
    '2001:DB8:0:0::1': '2001:db8::1/128',
    'fd00::/8': 'fd00::/8',
    '::/0': '::/0',
    '::1': '::1/128',
    '2001:db8:0:1:0:0:0:0/64': '2001:db8:0:1::/64',
    '1:2:3:4:5:6:7:8': '1:2:3:4:5:6:7:8/128',
  }
  for (const [text, spelled] of Object.entries(ranges)) {
    it(`reads ${text} as ${spelled}`, () => assert.equal(parseCidr(text)?.text, spelled))
  }

  it('tells the families apart', () => {
    assert.equal(parseCidr('10.0.0.0/8')?.family, 4)
    assert.equal(parseCidr('fd00::/8')?.family, 6)
  })

  const refused = {
    'bits beyond the prefix (one host or a whole network?)': [
      '10.0.0.7/8',
      'fd00::1/64',
      '1.1.1.1/0',
    ],
    'octal or hexadecimal (read as another address elsewhere)': [
      '010.0.0.1',
      '0x7f.0.0.1',
      '10.0.0.08',
    ],
    'short forms': ['10.1', '10', '2130706433'],
    'a zone': ['fe80::1%eth0', 'fe80::1%25eth0'],
    'IPv4 in the dress of IPv6': ['::ffff:10.0.0.1', '::ffff:a00:1'],
    'no prefix length': [
      '10.0.0.0/',
      '10.0.0.0/33',
      '10.0.0.0/-1',
      '10.0.0.0/08',
      '::/129',
      '10.0.0.0/8/8',
    ],
    'what could end a line of a firewall': [
      '10.0.0.1\n',
      '10.0.0.1 }',
      '10.0.0.1;',
      ' 10.0.0.1',
      '::1]/',
      '',
    ],
    'names and brackets': ['localhost', '[::1]', 'example.com/8', '１０.0.0.1'],
  }
  for (const [what, texts] of Object.entries(refused)) {
    it(`refuses ${what}`, () => {
      for (const text of texts) assert.equal(parseCidr(text), undefined, text)
    })
  }
})

describe('a range', () => {
  const cases = [
    ['10.0.0.0/25', '10.0.0.127', true],
    ['10.0.0.0/25', '10.0.0.128', false],
    ['2001:db8::/63', '2001:db8:0:1::', true],
    ['2001:db8::/63', '2001:db8:0:2::', false],
    ['0.0.0.0/0', 'fd00::1', false],
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['192.0.2.64/26', '192.0.2.127', true],
    ['192.0.2.64/26', '192.0.2.128', false],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.6', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['::/0', '10.0.0.1', false],
    ['0.0.0.0/0', 'fleetkey.amazonaws.com', false],
  ] as const
  for (const [text, address, isIn] of cases) {
    it(`${text} ${isIn ? 'holds' : 'does not hold'} ${address}`, () => {
      const range = parseCidr(text)
      assert.ok(range)
      assert.equal(isInRange(address, range), isIn)
      // What is in it is found by the range of the index around it.
      const around = networkAround(range)
      if (isIn && around !== undefined) assert.ok(networksOf(address).includes(around))
    })
  }
  it('wider than all that an index knows has none around it', () => {
    const range = parseCidr('10.0.0.0/15')
    assert.ok(range)
    assert.equal(networkAround(range), undefined)
  })
})
