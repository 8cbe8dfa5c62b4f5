import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { policyText, type OutputStructure } from './output.ts'
import { encodeQueryOutput } from './query-output.ts'

const result = (output: OutputStructure | undefined) =>
  encodeQueryOutput({ action: 'Get', xmlns: 'u', requestId: 'r', output })
    .replace('<GetResponse xmlns="u">', '')
    .replace('<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetResponse>', '')

describe('encodeQueryOutput', () => {
  it('wraps a result with its metadata', () => {
    assert.equal(
      encodeQueryOutput({
        action: 'GetCallerIdentity',
        xmlns: 'https://sts.amazonaws.com/doc/2011-06-15/',
        requestId: '01234567-89ab-7def-8123-456789abcdef',
        output: { Account: '000000000012' },
      }),
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>000000000012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>01234567-89ab-7def-8123-456789abcdef</RequestId></ResponseMetadata></GetCallerIdentityResponse>',
    )
  })

  it('has no result where the operation has no output, and an empty one where it is empty', () => {
    assert.equal(result(undefined), '')
    assert.equal(result({}), '<GetResult/>')
  })

  it('spells every kind as Query does', () => {
    assert.equal(
      result({
        Text: ' <é>&\r',
        Number: -1.5,
        Boolean: false,
        Blob: Uint8Array.of(0xfb, 0xff, 0),
        Structure: { A: { B: 'c' } },
        List: ['a', { B: true }, ['c']],
        EmptyList: [],
        EmptyText: '',
        Map: new Map<string, string | string[]>([
          ['<k>', 'v'],
          ['l', ['a']],
        ]),
      }),
      '<GetResult><Text> &lt;é&gt;&amp;&#13;</Text><Number>-1.5</Number><Boolean>false</Boolean><Blob>+/8A</Blob><Structure><A><B>c</B></A></Structure><List><member>a</member><member><B>true</B></member><member><member>c</member></member></List><EmptyList/><EmptyText/><Map><entry><key>&lt;k&gt;</key><value>v</value></entry><entry><key>l</key><value><member>a</member></value></entry></Map></GetResult>',
    )
  })

  it('tells a time in UTC, with a fraction only where there is one', () => {
    assert.equal(
      result({ A: new Date('2026-02-03T04:05:06+01:00'), B: new Date(1) }),
      '<GetResult><A>2026-02-03T03:05:06Z</A><B>1970-01-01T00:00:00.001Z</B></GetResult>',
    )
  })

  it('encodes a policy so that only unreserved characters stay bare', () => {
    assert.equal(
      result({ P: policyText(`{"a":"AZaz09-._~ !'()*+/é\r\n\ud800"}`) }),
      '<GetResult><P>%7B%22a%22%3A%22AZaz09-._~%20%21%27%28%29%2A%2B%2F%C3%A9%0D%0A%EF%BF%BD%22%7D</P></GetResult>',
    )
  })

  it('leaves out what is absent', () => {
    assert.equal(
      result({ A: undefined, B: null, C: { D: undefined } }),
      '<GetResult><C/></GetResult>',
    )
  })

  it('keeps the place of a null in a list', () => {
    assert.equal(
      result({ L: [null, 'a'] }),
      '<GetResult><L><member/><member>a</member></L></GetResult>',
    )
  })

  it('takes no name from outside for an element (would write elements of its own)', () => {
    assert.throws(() => result({ 'A><Admin': 'x' }), TypeError)
  })
})
