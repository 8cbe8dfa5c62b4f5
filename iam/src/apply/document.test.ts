import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { documentOf, sameDocument } from './document.ts'

const isSame = (one: string, other: string) => sameDocument(documentOf(one), documentOf(other))

describe('documentOf', () => {
  it('knows one meaning in its spellings', () => {
    assert.ok(isSame('{"a":1,"b":[2,3]}', ' {"b": [3, 2], "a": [1]} '))
    assert.ok(isSame('{"a":true,"b":5}', '{"a":"true","b":"5"}'))
  })
  it('tells different ones apart', () => {
    for (const other of [
      '{"a":["x","y"]}',
      '{"a":"y"}',
      '{"A":"x"}',
      '{"a":[]}',
      '{"a":null}',
      '{"a":{"x":""}}',
    ]) {
      assert.ok(!isSame('{"a":"x"}', other), other)
    }
    // What a text holds is not what it looks like.
    assert.ok(!isSame('{"a":["x,y"]}', '{"a":["x","y"]}'))
    assert.ok(!isSame('{"a":"[\\"x\\"]"}', '{"a":["x"]}'))
    assert.ok(!isSame('{"__proto__":"x"}', '{}'))
  })
  it('sees who is named, and whether tags matter, whatever the Sid', () => {
    const text = (sid: string) =>
      `{"Statement":{"Sid":"${sid}","Effect":"Allow","Principal":{"AWS":["a","b"]},"Condition":{"StringEquals":{"AWS:principalTag/x":"y"}}}}`
    const [one, other] = [documentOf(text('A')), documentOf(text('B'))]
    assert.deepEqual(one.statements[0]?.principals, ['a', 'b'])
    assert.equal(one.statements[0]?.asksForTags, true)
    assert.equal(one.statements[0]?.id, other.statements[0]?.id)
    assert.ok(!sameDocument(one, other))
  })
  it('keeps statements of the two versions of the language apart (variables mean themselves in one)', () => {
    const text = (version: string) =>
      `{"Version":"${version}","Statement":{"Effect":"Allow","Action":"a:b","Resource":"\${aws:username}"}}`
    const id = (version: string) => documentOf(text(version)).statements[0]?.id
    assert.notEqual(id('2012-10-17'), id('2008-10-17'))
  })
})
