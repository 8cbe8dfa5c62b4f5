import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newPassword } from './new-password.ts'

const byte = () => crypto.getRandomValues(new Uint8Array(1))[0] ?? 0
const made = (options?: { readonly length?: number }) => newPassword(byte, options)

describe('newPassword', () => {
  it('has a letter of either case, a digit and a symbol, and is as long as is asked', () => {
    for (let turn = 0; turn < 200; turn += 1) {
      const password = made()
      for (const kind of [/[A-Z]/, /[a-z]/, /[0-9]/, /[!#%+=@_-]/]) assert.match(password, kind)
      assert.equal(password.length, 20)
      assert.match(password, /^[A-Za-z0-9]/, 'a spreadsheet would take it for a formula')
    }
    assert.equal(made({ length: 40 }).length, 40)
    assert.equal(made({ length: 6 }).length, 20)
  })

  it('draws again what would make some characters likelier than others', () => {
    const bytes = [255, 254, 253]
    let drawn = 0
    const password = newPassword(() => {
      drawn += 1
      return bytes.shift() ?? (drawn * 7) % 195
    })
    // Of 256 bytes some are left over when they are dealt out evenly.
    assert.equal(drawn, password.length + 3)
  })
})
