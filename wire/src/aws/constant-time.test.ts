import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { equalInConstantTime } from './constant-time.ts'

describe('equalInConstantTime', () => {
  it('tells equal bytes from any others', () => {
    const bytes = Uint8Array.of(0, 1, 255, 128)
    assert.ok(equalInConstantTime(bytes, bytes.slice()))
    assert.ok(equalInConstantTime(new Uint8Array(0), new Uint8Array(0)))
    for (let i = 0; i < bytes.length; i += 1) {
      for (let bit = 1; bit < 256; bit *= 2) {
        const other = bytes.slice()
        other[i] = (other[i] ?? 0) ^ bit
        assert.ok(!equalInConstantTime(bytes, other))
      }
    }
  })

  it('refuses a prefix, and the other way round', () => {
    assert.ok(!equalInConstantTime(Uint8Array.of(1), Uint8Array.of(1, 0)))
    assert.ok(!equalInConstantTime(Uint8Array.of(1, 0), Uint8Array.of(1)))
    assert.ok(!equalInConstantTime(Uint8Array.of(0), new Uint8Array(0)))
  })
})
