import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { createEnvelope } from './envelope.ts'

const envelope = createEnvelope(randomBytes(32))

describe('a sealed secret', () => {
  const sealed = envelope.seal('secret ✓', 'access-key A')

  it('opens where it was made for', () => {
    assert.equal(envelope.open(sealed, 'access-key A'), 'secret ✓')
    assert.equal(envelope.open(envelope.seal('', 'x'), 'x'), '')
  })

  it('does not open elsewhere (somebody with the database could give his key to another)', () => {
    assert.throws(() => envelope.open(sealed, 'access-key B'))
  })

  it('does not open with parts of another', () => {
    const [, , otherBody] = envelope.seal('other', 'access-key A').split('.')
    const [version, wrapped] = sealed.split('.')
    assert.throws(() => envelope.open(`${version}.${wrapped}.${otherBody}`, 'access-key A'))
  })

  it('does not open when any byte of it was altered', () => {
    const parts = sealed.split('.')
    for (const part of [1, 2]) {
      const bytes = Buffer.from(parts[part] ?? '', 'base64url')
      for (let at = 0; at < bytes.length; at++) {
        const altered = Buffer.from(bytes)
        altered[at] = (altered[at] ?? 0) ^ 1
        const text = parts.with(part, altered.toString('base64url')).join('.')
        assert.throws(() => envelope.open(text, 'access-key A'), `byte ${at} of part ${part}`)
      }
    }
  })

  it('does not open in another spelling of the same bytes', () => {
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    for (const length of [1, 2, 3]) {
      const one = envelope.seal('x'.repeat(length), 'x')
      for (const other of [`${one}=`, `${one} `, `${one.slice(0, 3)}+${one.slice(3)}`])
        assert.throws(() => envelope.open(other, 'x'), other)
      for (const end of digits.replace(one.at(-1) ?? '', ''))
        assert.throws(() => envelope.open(one.slice(0, -1) + end, 'x'), end)
    }
  })

  it('does not open when it was cut or has another version', () => {
    for (const text of [
      '',
      'v1',
      'v1.',
      'v1..',
      sealed.slice(0, -4),
      `${sealed}.x`,
      `v2${sealed.slice(2)}`,
    ]) {
      assert.throws(() => envelope.open(text, 'access-key A'), text)
    }
  })

  it('does not open under another master key, and never seals twice alike', () => {
    assert.throws(() => createEnvelope(randomBytes(32)).open(sealed, 'access-key A'))
    assert.notEqual(envelope.seal('x', 'y'), envelope.seal('x', 'y'))
  })
})
