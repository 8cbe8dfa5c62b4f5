import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readWireString, writeWireStrings } from './wire-strings.ts'

describe('readWireString', () => {
  it('reads what writeWireStrings writes, also within a larger buffer', () => {
    const blob = writeWireStrings([Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)])
    assert.equal(blob.toHex(), '000000020102' + '00000000' + '0000000103')
    const within = Uint8Array.of(9, 9, 9, ...blob, 9).subarray(3, -1)
    const first = readWireString(within, 0)
    assert.equal(first.value.toHex(), '0102')
    const second = readWireString(within, first.next)
    assert.equal(second.value.length, 0)
    const third = readWireString(within, second.next)
    assert.equal(third.value.toHex(), '03')
    assert.equal(third.next, within.length)
  })

  it('refuses to read past the end, whatever length is named', () => {
    for (const hex of [
      '',
      '000000',
      '00000001',
      '0000000201',
      'ffffffff00',
      '80000000',
      '7fffffff',
    ]) {
      assert.throws(() => readWireString(Uint8Array.fromHex(hex), 0), { reason: 'truncated' })
    }
  })
})
