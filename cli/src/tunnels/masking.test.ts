import assert from 'node:assert/strict'
import { it } from 'node:test'
import { maskingFor } from './masking.ts'

it('masks with zeros under TLS, where nobody between sees the bytes', () => {
  const mask = Buffer.from([1, 2, 3, 4])
  maskingFor('https:').generateMask?.(mask)
  assert.deepEqual([...mask], [0, 0, 0, 0])
})

it('leaves the mask to chance on plain HTTP, where an intermediary sees the bytes', () => {
  assert.deepEqual(maskingFor('http:'), {})
})
