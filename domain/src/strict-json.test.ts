import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isList, isObject, parseStrictJson, type JsonValue, type Places } from './strict-json.ts'

const parse = (text: string) => parseStrictJson(text, 10)

describe('parseStrictJson', () => {
  it('refuses a key that stands twice (the second would silently win)', () => {
    assert.throws(() => parse('{"Effect":"Deny",\n "Effect":"Allow"}'), {
      name: 'StrictJsonError',
      message: 'near line 2, column 10: a key stands twice in one object',
    })
  })

  it('refuses a doubled key that is spelled with an escape (would hide from a reader)', () => {
    assert.throws(() => parse('{"Effect":"Deny","\\u0045ffect":"Allow"}'), /stands twice/)
  })

  it('takes __proto__ and constructor as plain keys (would change every object)', () => {
    const value = parse('{"__proto__":{"admin":true},"constructor":"x"}')
    assert.ok(isObject(value))
    assert.deepEqual([...value.keys()], ['__proto__', 'constructor'])
    assert.equal(({} as { admin?: boolean }).admin, undefined)
  })

  it('refuses deep nesting (would use up the stack)', () => {
    assert.throws(() => parse('['.repeat(100_000)), /nested deeper than 10 levels/)
  })

  it('keeps numbers as they were written (a long one would be rounded)', () => {
    assert.deepEqual(parse('12345678901234567890'), {
      kind: 'number',
      text: '12345678901234567890',
    })
  })

  for (const text of ['', '{', '[1,]', '{"a":1,}', '{a:1}', '"a\nb"', '"\\x"', '01', '+1', 'NaN']) {
    it(`refuses ${JSON.stringify(text)}, as JSON.parse does`, () => {
      assert.throws(() => parse(text), { name: 'StrictJsonError' })
    })
  }

  for (const text of [
    "{'a':1}",
    '1 2',
    '{} x',
    'tru',
    '"a',
    '"a\\',
    '\ufeff{}',
    '/**/1',
    '.5',
    '1.',
  ]) {
    it(`refuses ${JSON.stringify(text)} too`, () => {
      assert.throws(() => parse(text), { name: 'StrictJsonError' })
    })
  }

  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        assert.deepEqual(asPlain(parse(JSON.stringify(value, null, 1))), plainOf(value))
      }),
      { numRuns: 100 },
    )
  })

  it('answers any text with a value or a refusal', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'{}[]",:\\ \n1e.-truefalsnu'.split('')) }),
        (text) => {
          const ours = attempt(() => parse(text))
          const theirs = attempt(() => JSON.parse(text))
          if (ours === 'accepted') assert.equal(theirs, 'accepted')
          else if (theirs === 'accepted') assert.match(ours, /stands twice|nested deeper/)
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('the places of objects', () => {
  const placesOf = (text: string) => {
    const places: Places = new Map()
    parseStrictJson(text, 10, places)
    return [...places.values()].map(({ from, to }) => text.slice(from, to))
  }

  it('begin behind what opens or separates and end behind the object', () => {
    assert.deepEqual(placesOf(' {"a" : {} ,"b":[ {"c":1} , {\n}\n]} '), [
      ' {}',
      ' {"c":1}',
      ' {\n}',
      ' {"a" : {} ,"b":[ {"c":1} , {\n}\n]}',
    ])
  })

  it('hold the object and white space before it, whatever the document', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat({ max: 3 }), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent)
        const places: Places = new Map()
        parseStrictJson(text, 10, places)
        for (const [object, { from, to }] of places) {
          assert.deepEqual(parseStrictJson(text.slice(from, to), 10), object)
          assert.match(text.charAt(from - 1) || '[', /[[,:]/)
        }
      }),
      { numRuns: 200 },
    )
  })
})

function attempt(parse: () => unknown): string {
  try {
    parse()
    return 'accepted'
  } catch (error) {
    return String(error)
  }
}

/** Objects as entry lists, so that the comparison does not depend on prototypes. */
function asPlain(value: JsonValue): unknown {
  if (isObject(value)) return ['object', ...[...value].map(([key, item]) => [key, asPlain(item)])]
  if (isList(value)) return value.map(asPlain)
  if (value !== null && typeof value === 'object') return Number(value.text)
  return value
}

function plainOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainOf)
  if (value !== null && typeof value === 'object')
    return ['object', ...Object.entries(value).map(([key, item]) => [key, plainOf(item)])]
  return value === 0 ? 0 : value
}
