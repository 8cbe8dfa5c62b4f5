import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { decodeQueryForm } from './query-form.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)

describe('decodeQueryForm', () => {
  it('gives names and values in order, and a repeated name twice', () => {
    assert.deepEqual(decodeQueryForm('b=1&a=&b=2'), [
      ['b', '1'],
      ['a', ''],
      ['b', '2'],
    ])
  })

  it('takes an empty form for no members', () => {
    assert.deepEqual(decodeQueryForm(''), [])
    assert.deepEqual(decodeQueryForm(new Uint8Array()), [])
  })

  it('reads a space in both spellings, and a plus', () => {
    assert.deepEqual(decodeQueryForm('a+b%20c+=++%2B%2b'), [['a b c ', '  ++']])
  })

  it('divides at the first equals sign', () => {
    assert.deepEqual(decodeQueryForm('a=b=c=='), [['a', 'b=c==']])
  })

  it('reads separators that are escaped as text', () => {
    assert.deepEqual(decodeQueryForm('a%26b%3Dc=%26%3D%25'), [['a&b=c', '&=%']])
  })

  it('reads UTF-8, escaped or not', () => {
    assert.deepEqual(decodeQueryForm(utf8('é=%F0%9F%98%80😀')), [['é', '😀😀']])
  })

  it('keeps a byte order mark as a part of the name (nobody else drops it)', () => {
    assert.deepEqual(decodeQueryForm(utf8('\ufeffa=1')), [['\ufeffa', '1']])
  })

  it('reads back what URLSearchParams writes', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 })
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string({ unit: 'grapheme' }))), (members) => {
        const form = new URLSearchParams(members).toString()
        assert.deepEqual(decodeQueryForm(utf8(form)), members)
      }),
    )
  })

  const refusals: Record<string, string | Uint8Array> = {
    'a name without equals sign (is it empty or absent?)': 'a',
    'a value without name': '=a',
    'nothing between two members': 'a=1&&b=2',
    'an "&" at the start': '&a=1',
    'an "&" at the end': 'a=1&',
    'an "&" alone': '&',
    'half an escape': 'a=%4',
    'a bare percent sign': 'a=100%',
    'an escape that is not hexadecimal': 'a=%zz',
    'an escaped byte that is not UTF-8': 'a=%ff',
    'an overlong slash': 'a=%c0%af',
    'an escaped surrogate': 'a=%ed%a0%80',
    'a name that is not UTF-8': '%ff=a',
    'a character of which half is escaped': Uint8Array.of(0x61, 0x3d, 0xc3, 0x25, 0x61, 0x39),
    'bytes that are not UTF-8': Uint8Array.of(0x61, 0x3d, 0xff),
    'more than 4096 members (would take memory)': Array.from(
      { length: 4097 },
      (_, n) => `a${n}=`,
    ).join('&'),
  }
  for (const [harm, form] of Object.entries(refusals)) {
    it(`refuses ${harm}`, () => {
      const refusal = { code: 'MalformedQueryString', status: 404 }
      assert.throws(() => decodeQueryForm(form), refusal)
      if (typeof form === 'string') assert.throws(() => decodeQueryForm(utf8(form)), refusal)
    })
  }

  it('takes 4096 members', () => {
    const form = Array.from({ length: 4096 }, (_, n) => `a${n}=`).join('&')
    assert.equal(decodeQueryForm(form).length, 4096)
  })

  it('does not give the form back (somebody pasted a private key)', () => {
    assert.throws(
      () => decodeQueryForm('Key=-----BEGIN+OPENSSH%'),
      (error) => error instanceof Error && !error.message.includes('BEGIN'),
    )
  })
})
