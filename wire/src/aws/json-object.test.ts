import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parseJsonObject } from './json-object.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const parse = (text: string) => parseJsonObject(utf8(text))

/** Without Maps and null prototypes, to compare with JSON.parse. */
const plain = (text: string): unknown => JSON.parse(JSON.stringify(Object.fromEntries(parse(text))))

describe('parseJsonObject', () => {
  it('reads the members of a request', () => {
    const fields = parse(
      ' {"InstanceId" : "i-1",\n"Limit":5,"Dry":true,"No":null,"L":["a",{"b":-1.5e3}]} ',
    )
    assert.equal(fields.get('InstanceId'), 'i-1')
    assert.equal(fields.get('Limit'), 5)
    assert.equal(fields.get('Dry'), true)
    assert.equal(fields.get('No'), null)
    assert.equal(JSON.stringify(fields.get('L')), '["a",{"b":-1500}]')
    assert.equal(fields.get('constructor'), undefined)
    assert.equal(parse('{}').size, 0)
  })

  it('reads what JSON.parse reads, whatever the object', () => {
    const json = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }))
    fc.assert(
      fc.property(json, fc.nat({ max: 2 }), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        // A lone surrogate is escaped in the text; those are refused.
        if (/\\ud[89a-f]/.test(text)) return
        assert.deepEqual(plain(text), JSON.parse(text))
      }),
      { numRuns: 500 },
    )
  })

  it('refuses what JSON.parse refuses, whatever the text', () => {
    const text = fc
      .array(
        fc.constantFrom(...'{}[]:,"\\ 0-1.eEaun\n'.split(''), 'true', 'null', '"a":', '\\u00'),
        { maxLength: 12 },
      )
      .map((parts) => `{${parts.join('')}}`)
    fc.assert(
      fc.property(text, (candidate) => {
        let ours: unknown
        try {
          ours = plain(candidate)
        } catch {
          return
        }
        assert.deepEqual(ours, JSON.parse(candidate))
      }),
      { numRuns: 2000 },
    )
  })

  it('treats __proto__ and constructor as names (would change every object)', () => {
    const fields = parse(
      '{"__proto__":{"admin":true},"x":{"__proto__":{"admin":true},"constructor":1}}',
    )
    assert.deepEqual([...fields.keys()], ['__proto__', 'x'])
    const x = fields.get('x') as Record<string, unknown>
    assert.equal(x['admin'], undefined)
    assert.deepEqual(Object.keys(x), ['__proto__', 'constructor'])
    assert.equal(({} as Record<string, unknown>)['admin'], undefined)
  })

  const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`

  it('reads 32 levels', () => {
    assert.ok(parse(nested(32)).has('a'))
  })

  const refusals: Record<string, string | Uint8Array> = {
    'an empty body': '',
    'a list': '[]',
    'a text': '"a"',
    null: 'null',
    'more after the object': '{} {}',
    'half an object': '{"a":1',
    'a name twice (which one was checked?)': '{"InstanceId":"i-1","InstanceId":"i-2"}',
    'a name twice in two spellings': '{"InstanceId":"i-1","Instance\\u0049d":"i-2"}',
    'a name twice further in': '{"a":[{"b":1,"b":1}]}',
    '__proto__ twice': '{"__proto__":1,"__proto__":2}',
    'more than 32 levels (would exhaust the stack)': nested(33),
    'very many levels': `{"a":${'['.repeat(60_000)}`,
    'very many objects within each other': `{"a":${'{"a":'.repeat(60_000)}`,
    'a comma at the end': '{"a":1,}',
    'a comma at the end of a list': '{"a":[1,]}',
    'no comma': '{"a":1 "b":2}',
    'no colon': '{"a" 1}',
    'a name without quotes': '{a:1}',
    'single quotes': "{'a':1}",
    'a comment': '{/**/}',
    'a leading zero': '{"a":01}',
    'a leading plus': '{"a":+1}',
    hex: '{"a":0x1}',
    NaN: '{"a":NaN}',
    'a number beyond a double': '{"a":1e999}',
    'a number with nothing after the point': '{"a":1.}',
    'a line break in a string': '{"a":"\n"}',
    'an unknown escape': '{"a":"\\x41"}',
    'half an escape': '{"a":"\\u00"}',
    'a lone surrogate': '{"a":"\\ud800"}',
    'a lone surrogate in a name': '{"\\udc00":1}',
    'a byte order mark': '\ufeff{}',
    'a no-break space between': '{\u00a0}',
    'bytes that are not UTF-8': Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d),
    'an overlong slash': Uint8Array.of(0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d),
    'a surrogate in UTF-8': Uint8Array.of(0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d),
    'UTF-16': Uint8Array.of(0x7b, 0, 0x7d, 0),
  }
  for (const [harm, body] of Object.entries(refusals)) {
    it(`refuses ${harm}`, () => {
      assert.throws(() => parseJsonObject(typeof body === 'string' ? utf8(body) : body), {
        code: 'SerializationException',
      })
    })
  }

  it('does not give the body back (somebody pasted a private key)', () => {
    assert.throws(
      () => parse('{"SSHPublicKey":"-----BEGIN\nMC4CAQAwBQYDK2Vw"}'),
      (error) => {
        assert.ok(error instanceof Error)
        assert.equal(
          error.message,
          'The request body is not the JSON that is expected: near line 2, column 18: a text has a line break or an unknown escape in it.',
        )
        return true
      },
    )
  })
})
