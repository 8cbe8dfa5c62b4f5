import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { encodeEc2Error } from './ec2-error.ts'
import { encodeEc2Output } from './ec2-output.ts'
import { policyText, type OutputStructure } from './output.ts'

const xmlns = 'http://ec2.amazonaws.com/doc/2016-11-15/'
const body = (action: string, output: OutputStructure | undefined) =>
  encodeEc2Output({ action, xmlns, requestId: 'id', output })
const inside = (text: string, action: string) =>
  `<${action}Response xmlns="${xmlns}"><requestId>id</requestId>${text}</${action}Response>`

describe('encodeEc2Output', () => {
  it('puts members beside the request id, and lists into sets of items', () => {
    assert.equal(
      body('DescribeInstances', {
        Reservations: [{ Instances: [{ InstanceId: 'i-0', State: { Code: 16 } }] }],
        NextToken: undefined,
      }),
      inside(
        '<reservationSet><item><instancesSet><item><instanceId>i-0</instanceId><instanceState><code>16</code></instanceState></item></instancesSet></item></reservationSet>',
        'DescribeInstances',
      ),
    )
  })

  it('never leaves out an empty list (the AWS CLI would fail)', () => {
    const text = body('DescribeInstances', { Reservations: [] })
    assert.equal(text, inside('<reservationSet/>', 'DescribeInstances'))
  })

  it('spells every kind of value', () => {
    assert.equal(
      body('Any', {
        Text: '<&>',
        Flag: false,
        Count: 0,
        Time: new Date('2026-02-03T04:05:06Z'),
        Blob: new Uint8Array([1, 2]),
        Document: policyText('{"a"}'),
        Names: ['a', 'b'],
        Nothing: null,
      }),
      inside(
        '<text>&lt;&amp;&gt;</text><flag>false</flag><count>0</count><time>2026-02-03T04:05:06.000Z</time><blob>AQI=</blob><document>{&quot;a&quot;}</document><nameSet><item>a</item><item>b</item></nameSet>',
        'Any',
      ),
    )
    assert.equal(body('Any', undefined), inside('', 'Any'))
  })

  it('has no maps, so that no name comes from outside', () => {
    assert.throws(() => body('Any', { Map: new Map([['a', 'b']]) }), TypeError)
    assert.throws(() => body('Any', { 'a><b': 'x' }), TypeError)
  })
})

describe('encodeEc2Error', () => {
  it('is a list of one error, with the request id in capitals', () => {
    assert.equal(
      encodeEc2Error({ code: 'A.B', message: '<m>', requestId: 'id' }),
      '<Response><Errors><Error><Code>A.B</Code><Message>&lt;m&gt;</Message></Error></Errors><RequestID>id</RequestID></Response>',
    )
    assert.match(
      encodeEc2Error({ code: 'A', message: 'm', requestId: 'id', explanation: 'why' }),
      /<Message>m<\/Message><Explanation>why<\/Explanation><\/Error>/,
    )
  })
})
