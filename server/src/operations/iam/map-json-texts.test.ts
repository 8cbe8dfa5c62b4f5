import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mapJsonTexts } from './map-json-texts.ts'

const shout = (json: string, at: string) =>
  mapJsonTexts(json, (path, text) => (path.join('/') === at ? text.toUpperCase() : text))

describe('texts of a JSON document', () => {
  it('are replaced where they stand, alone or in lists, and nothing else is touched', () => {
    const given = '{ "a" : "x",\n\t"b":{"a":["x" , "y",1.50e1,null],"c":"x"} , "d":[{"a":"x"}]}'
    assert.equal(shout(given, 'a'), given.replace('"x"', '"X"'))
    assert.equal(shout(given, 'b/a'), given.replace('["x" , "y"', '["X" , "Y"'))
    assert.equal(shout(given, 'd/a'), given.replace('[{"a":"x"', '[{"a":"X"'))
    assert.equal(shout(given, 'none'), given)
  })

  it('are known by their keys, however those are spelt', () => {
    assert.equal(shout(String.raw`{"\u0061":"x"}`, 'a'), String.raw`{"\u0061":"X"}`)
  })

  it('may hold what looks like structure', () => {
    const given = String.raw`{"a\",{":"}],\"{","b":"x\\","c":["x"]}`
    assert.equal(shout(given, 'b'), given.replace(String.raw`"x\\"`, String.raw`"X\\"`))
    assert.equal(shout(given, 'c'), given.replace('["x"]', '["X"]'))
  })

  it('are never keys', () => {
    assert.equal(
      mapJsonTexts('{"x":{"x":1}}', () => 'y'),
      '{"x":{"x":1}}',
    )
  })

  it('are written as JSON again', () => {
    assert.equal(
      mapJsonTexts('["x"]', () => 'a"b\n'),
      String.raw`["a\"b\n"]`,
    )
  })
})
