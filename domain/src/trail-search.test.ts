import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseCidr } from './cidr.ts'
import {
  matchesSearch,
  nameInArn,
  visitAttributes,
  type TrailAttribute,
  type SearchedEntry,
  type TrailCondition,
} from './trail-search.ts'

const INSTANCE = 'arn:aws:ec2:on-prem-1:111122223333:instance/i-0123456789abcdef0'

function entry(
  record: Readonly<Record<string, unknown>> = {},
  columns: Partial<SearchedEntry> = {},
): SearchedEntry {
  return {
    eventId: 'e-1',
    requestId: 'r-1',
    phase: 'complete',
    eventName: 'SendSSHPublicKey',
    readOnly: false,
    userName: 'alice',
    resource: 'i-0123456789abcdef0',
    errorCode: '',
    record: JSON.stringify({
      userIdentity: {
        type: 'IAMUser',
        arn: 'arn:aws:iam::111122223333:user/team/alice',
        accessKeyId: 'AKIAEXAMPLE',
        userName: 'alice',
      },
      eventSource: 'ec2-instance-connect.amazonaws.com',
      eventType: 'AwsApiCall',
      sourceIPAddress: '192.0.2.7',
      requestParameters: { instanceOSUser: 'deploy' },
      additionalEventData: {
        instanceId: 'i-0123456789abcdef0',
        instanceName: 'web-1',
        instanceTags: { Env: 'prod', Note: 'Größe "L"' },
        fingerprint: 'SHA256:abc',
      },
      resources: [{ ARN: INSTANCE, type: 'AWS::EC2::Instance' }],
      ...record,
    }),
    ...columns,
  }
}

const told = (given: SearchedEntry) => {
  const found: string[] = []
  visitAttributes(given, (attribute, value) => found.push(`${attribute} ${value}`))
  return found
}
const is = (attribute: TrailAttribute, ...values: string[]): TrailCondition => ({
  kind: 'is',
  attribute,
  values,
})
const from = (text: string): TrailCondition => {
  const range = parseCidr(text)
  assert.ok(range)
  return { kind: 'from', ranges: [range] }
}
const says = (...words: string[]): TrailCondition => ({ kind: 'says', words })

describe('a record', () => {
  it('is found by whatever it names', () => {
    assert.deepEqual(told(entry()), [
      'eventId e-1',
      'requestId r-1',
      'eventName SendSSHPublicKey',
      'eventSource ec2-instance-connect.amazonaws.com',
      'readOnly false',
      'outcome ok',
      'routine no',
      'userName alice',
      'principal alice',
      'principal arn:aws:iam::111122223333:user/team/alice',
      'accessKeyId AKIAEXAMPLE',
      'sourceAddress 192.0.2.7',
      'network 4:c00002',
      'network 4:c000',
      'instance i-0123456789abcdef0',
      'instance web-1',
      'tag Env=prod',
      'tag Note=Größe "L"',
      'osUser deploy',
      'fingerprint SHA256:abc',
      'resourceType AWS::EC2::Instance',
      `resourceName ${INSTANCE}`,
      'resourceName i-0123456789abcdef0',
    ])
  })

  it('is not found by whoever asks for others than it is, by any of its names', () => {
    const not = (attribute: TrailAttribute, ...values: string[]): TrailCondition => ({
      kind: 'is not',
      attribute,
      values,
    })
    const finds = (...conditions: TrailCondition[]) => matchesSearch(entry(), conditions)
    assert.ok(!finds(not('instance', 'i-other', 'web-1')))
    assert.ok(!finds(is('osUser', 'deploy'), not('instance', 'i-0123456789abcdef0')))
    assert.ok(!finds(not('tag', 'Env=prod')))
    assert.ok(finds(not('instance', 'i-other'), is('osUser', 'deploy')))
    assert.ok(finds(not('tag', 'Team=red')))
  })

  it('of a role is found by role, session and both', () => {
    const userIdentity = {
      type: 'AssumedRole',
      arn: 'arn:aws:sts::1:assumed-role/sre/carol@example.com',
      sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::1:role/ops/sre' } },
    }
    assert.deepEqual(
      told(entry({ userIdentity }, { userName: 'carol@example.com' })).filter((one) =>
        one.startsWith('principal'),
      ),
      [
        'principal carol@example.com',
        'principal arn:aws:sts::1:assumed-role/sre/carol@example.com',
        'principal sre',
        'principal sre/carol@example.com',
        'principal arn:aws:iam::1:role/ops/sre',
      ],
    )
  })

  const outcomes = [
    [{ phase: 'intent' }, 'begun'],
    [{ phase: 'outcome' }, 'ok'],
    [{ errorCode: 'AccessDenied' }, 'denied', 'AccessDenied'],
    [{ errorCode: 'UnauthorizedOperation' }, 'denied', 'UnauthorizedOperation'],
    [{ errorCode: 'EC2InstanceNotFoundException' }, 'failed', 'EC2InstanceNotFoundException'],
  ] as const
  for (const [columns, ...outcome] of outcomes) {
    it(`with ${JSON.stringify(columns)} came out ${outcome.join(', ')}`, () => {
      assert.deepEqual(
        told(entry({}, columns)).filter((one) => one.startsWith('outcome')),
        outcome.map((value) => `outcome ${value}`),
      )
    })
  }

  it('that only reads and went well is routine; an event of a host is not', () => {
    assert.ok(told(entry({}, { readOnly: true })).includes('routine yes'))
    assert.ok(told(entry({}, { readOnly: true, errorCode: 'X' })).includes('routine no'))
    assert.ok(
      told(entry({ eventType: 'AwsServiceEvent' }, { readOnly: true })).includes('routine no'),
    )
  })

  it('is an alarm only where the host says that it should not be', () => {
    const outcomes = (alarm: boolean) =>
      told(entry({ additionalEventData: { alarm } }, { eventName: 'LoginUnexplained' })).filter(
        (one) => one.startsWith('outcome'),
      )
    assert.deepEqual(outcomes(true), ['outcome ok', 'outcome alarm'])
    assert.deepEqual(outcomes(false), ['outcome ok'])
  })

  it('of a host is found by whom it saw and from where', () => {
    const found = told(
      entry({
        sourceIPAddress: '',
        additionalEventData: {
          sourceAddress: '203.0.113.9',
          principalArn: 'arn:aws:iam::1:user/bob',
        },
      }),
    )
    for (const one of [
      'sourceAddress 203.0.113.9',
      'network 4:cb0071',
      'principal arn:aws:iam::1:user/bob',
    ]) {
      assert.ok(found.includes(one), one)
    }
  })

  it('without any of it is none the worse', () => {
    assert.ok(told(entry({}, { record: '{}' })).includes('eventId e-1'))
    assert.ok(told(entry({}, { record: '{"resources":[null],"userIdentity":7}' })).length > 0)
  })
})

describe('a search', () => {
  const cases: readonly (readonly [string, readonly TrailCondition[], boolean])[] = [
    ['one of several values', [is('osUser', 'root', 'deploy')], true],
    ['none of several values', [is('osUser', 'root', 'admin')], false],
    ['two conditions', [is('osUser', 'deploy'), is('instance', 'web-1')], true],
    ['two of which one fails', [is('osUser', 'deploy'), is('instance', 'web-2')], false],
    ['a value in another case', [is('osUser', 'Deploy')], false],
    ['the range of its address', [from('192.0.2.0/29')], true],
    ['another range', [from('192.0.2.8/29')], false],
    ['a range of the other family', [from('::/0')], false],
    ['all IPv4', [from('0.0.0.0/0')], true],
    ['words anywhere in it, in any case', [says('ALICE', 'größe "l"', 'prod')], true],
    ['a word that is not in it', [says('alice', 'bob')], false],
    ['a word that only names of members have', [says('eventSource')], false],
    ['an attribute and words', [is('osUser', 'deploy'), says('web-1')], true],
    ['nothing', [], true],
  ]
  for (const [what, conditions, fits] of cases) {
    it(`for ${what} ${fits ? 'finds it' : 'finds nothing'}`, () => {
      assert.equal(matchesSearch(entry(), conditions), fits)
    })
  }
})

it('the name in an ARN is its last part', () => {
  assert.equal(nameInArn(INSTANCE), 'i-0123456789abcdef0')
  assert.equal(nameInArn('arn:aws:iam::1:user/team/alice'), 'alice')
  assert.equal(nameInArn('arn:aws:iam::1:root'), 'root')
})
