import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { encodeJsonOutput } from './json-output.ts'
import { policyText } from './output.ts'

describe('encodeJsonOutput', () => {
  it('spells every kind as AWS JSON does', () => {
    assert.equal(
      encodeJsonOutput({
        Text: '"é"',
        Number: -1.5,
        Boolean: false,
        Time: new Date('2026-02-03T04:05:06.789Z'),
        Policy: policyText('{"Version":"2012-10-17"}'),
        Blob: Uint8Array.of(0xfb, 0xff, 0),
        List: ['a', { B: new Date(0) }, []],
        Map: new Map([['k', policyText('{}')]]),
        Structure: { A: {} },
      }),
      '{"Text":"\\"é\\"","Number":-1.5,"Boolean":false,"Time":1770091506.789,"Policy":"{\\"Version\\":\\"2012-10-17\\"}","Blob":"+/8A","List":["a",{"B":0},[]],"Map":{"k":"{}"},"Structure":{"A":{}}}',
    )
  })

  it('leaves out what is undefined and keeps null', () => {
    assert.equal(
      encodeJsonOutput({ A: undefined, B: null, C: [null], D: { E: undefined } }),
      '{"B":null,"C":[null],"D":{}}',
    )
  })

  it('takes __proto__ for a key like others', () => {
    assert.equal(encodeJsonOutput({ M: new Map([['__proto__', 'x']]) }), '{"M":{"__proto__":"x"}}')
  })
})
