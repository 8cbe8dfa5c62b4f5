import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { coversPort, formatIngressRule, parseIngressRule } from './ingress-rule.ts'

describe('a rule of a host', () => {
  for (const text of [
    '22-22 10.0.0.0/8',
    '1-65535 0.0.0.0/0',
    '22-22 ::/0',
    '20-2222 fd00:1::/32',
    '22-22 grant',
  ]) {
    it(`reads and writes "${text}"`, () => {
      const rule = parseIngressRule(text)
      assert.ok(rule)
      assert.equal(formatIngressRule(rule), text)
    })
  }

  const refused: Readonly<Record<string, string>> = {
    '': 'nothing',
    '22 10.0.0.0/8': 'one port in another spelling',
    '23-22 10.0.0.0/8': 'a range that ends before it begins',
    '0-22 10.0.0.0/8': 'no port',
    '22-65536 10.0.0.0/8': 'no port',
    '022-022 10.0.0.0/8': 'a leading zero',
    '22-22 10.0.0.1/8': 'bits beyond the prefix (may be meant as one host)',
    '22-22 10.0.0.1': 'an address without a length: a second spelling',
    '22-22 FD00::/8': 'upper case: a second spelling',
    '22-22 fleetkey': 'a source that only the control plane can resolve',
    '22-22 10.0.0.0/8 }; flush ruleset': 'what nft would read as a command',
    '22-22 grant\n': 'a line break',
  }
  for (const [text, why] of Object.entries(refused)) {
    it(`refuses ${JSON.stringify(text)}: ${why}`, () => {
      assert.equal(parseIngressRule(text), undefined)
    })
  }

  it('covers its first and last port and none beside them', () => {
    const ports = { fromPort: 22, toPort: 24 }
    assert.deepEqual(
      [21, 22, 24, 25].map((port) => coversPort(ports, port)),
      [false, true, true, false],
    )
  })
})
