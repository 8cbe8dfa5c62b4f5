import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { elementsOf, membersOf, readText } from './raw-json.ts'

const pieces = (text: string) => Object.fromEntries(membersOf(text).pieces)

describe('membersOf', () => {
  it('cuts an object into its members, as they were written', () => {
    assert.deepEqual(pieces(' { "a" : 1.0 , "b":{"x":[1,{"}":"]"}]} ,"c":"\\"}" } '), {
      a: '1.0',
      b: '{"x":[1,{"}":"]"}]}',
      c: '"\\"}"',
    })
    assert.deepEqual(membersOf('{}'), { pieces: new Map(), fault: undefined })
  })
  it('reads escapes in names, so that no name stands twice unseen', () => {
    assert.match(membersOf('{"a":1,"\\u0061":2}').fault ?? '', /twice/)
    assert.deepEqual([...membersOf('{"__proto__":1}').pieces], [['__proto__', '1']])
  })
  it('keeps what came before a fault', () => {
    for (const text of [
      '{"id":7',
      '{"id":7,',
      '{"id":7,"a"',
      '{"id":7,"a":',
      '{"id":7,"a":}',
      '{"id":7,"a":[1',
      '{"id":7,"a":"x',
      '{"id":7,"a":"x\\"}',
      '{"id":7,a:1}',
      '{"id":7 "a":1}',
      '{"id":7}x',
      '{"id":7,"id":8}',
    ]) {
      const { pieces, fault } = membersOf(text)
      assert.equal(pieces.get('id'), '7', text)
      assert.ok(fault, text)
    }
  })
  it('finds the members of whatever JSON.stringify writes', () => {
    const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue())
    const space = fc.constantFrom('', ' ', '\t\n')
    fc.assert(
      fc.property(object, space, (value, indent) => {
        const { pieces, fault } = membersOf(JSON.stringify(value, null, indent))
        assert.equal(fault, undefined)
        // JSON.parse(JSON.stringify(x)): -0 becomes 0, as in any JSON.
        const expected: object = JSON.parse(JSON.stringify(value))
        assert.deepEqual([...pieces.keys()], Object.keys(expected))
        for (const [name, one] of Object.entries(expected)) {
          assert.deepEqual(JSON.parse(pieces.get(name) ?? ''), one)
        }
      }),
    )
  })
})

describe('elementsOf', () => {
  it('cuts a list into its elements', () => {
    assert.deepEqual(elementsOf(' [ {"a":[1]} , "x,]" ,null ] '), ['{"a":[1]}', '"x,]"', 'null'])
    assert.deepEqual(elementsOf('[]'), [])
  })
  it('is undefined for what is no list', () => {
    for (const text of ['', '{}', '[1', '[1,', '[1,]', '[,]', '[1]x', '["x]', 'null']) {
      assert.equal(elementsOf(text), undefined, text)
    }
  })
  it('takes time in proportion to the text', { timeout: 20_000 }, () => {
    for (const text of [
      '['.repeat(1_000_000),
      `["${'\\'.repeat(1_000_001)}"]`,
      `[${'"",'.repeat(300_000)}`,
      `[${'1'.repeat(1_000_000)}`,
    ]) {
      assert.equal(elementsOf(text), undefined)
    }
  })
})

describe('readText', () => {
  it('reads a text and nothing else', () => {
    assert.equal(readText('"a\\n\\u0062"'), 'a\nb')
    for (const piece of ['', '1', '{}', '"a\nb"', '"\\x"']) assert.equal(readText(piece), undefined)
  })
})
