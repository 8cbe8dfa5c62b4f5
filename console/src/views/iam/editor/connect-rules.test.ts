import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parsePolicyDocument } from '@fleetkey/iam/policy-document'
import { checkPolicy } from './check-policy.ts'
import { EMPTY_RULE, readForm, ruleInWords, writeForm, type ConnectRule } from './connect-rules.ts'

const RULE: ConnectRule = {
  kind: 'connect',
  sid: 'ReachStaging',
  tags: [{ key: 'env', values: ['staging', 'dev'] }],
  osUsers: ['deploy'],
  needsFactor: true,
  networks: ['192.0.2.0/24'],
}

const texts = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/), { maxLength: 3 })
const someTexts = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 3 })
const rules = fc.record(
  {
    kind: fc.constant('connect' as const),
    sid: fc.stringMatching(/^[A-Za-z0-9]{0,9}$/),
    tags: fc.uniqueArray(
      fc.record(
        { key: fc.stringMatching(/^[a-z]{1,9}$/), values: someTexts },
        { noNullPrototype: true },
      ),
      {
        selector: ({ key }) => key,
        maxLength: 3,
      },
    ),
    osUsers: texts,
    needsFactor: fc.boolean(),
    networks: fc.uniqueArray(fc.constantFrom('192.0.2.0/24', '2001:db8::/32', '10.0.0.0/8')),
  },
  { noNullPrototype: true },
)

describe('the form of a policy', () => {
  it('comes back from the policy that was written of it, and IAM takes that', () => {
    fc.assert(
      fc.property(
        fc.array(rules, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (some, seesInstances) => {
          const form = {
            rules: some.map((rule, index) => ({ ...rule, sid: `${rule.sid}${index}` })),
            seesInstances,
          }
          const text = writeForm(form)
          parsePolicyDocument(text, 'managed')
          assert.deepEqual(readForm(text), form)
        },
      ),
    )
  })

  it('writes a policy that the linter finds nothing about', () => {
    const text = writeForm({ rules: [RULE], seesInstances: true })
    assert.deepEqual(checkPolicy(text, 'managed').problems, [])
  })

  it('keeps statements that it does not know as they are (would widen them)', () => {
    const written = (Statement: unknown) => JSON.stringify({ Version: '2012-10-17', Statement })
    const push = { Effect: 'Allow', Action: 'ec2-instance-connect:SendSSHPublicKey', Resource: '*' }
    const unknown: readonly object[] = [
      { ...push, Effect: 'Deny' },
      { ...push, Resource: 'arn:aws:ec2:*:*:instance/i-1' },
      { ...push, Action: [push.Action, 'iam:*'] },
      { ...push, Condition: { StringNotEquals: { 'ec2:osuser': 'root' } } },
      { ...push, Condition: { StringEquals: { 'ec2:osuser': [] } } },
      { ...push, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } },
      { ...push, Condition: { StringEquals: { 'aws:PrincipalTag/team': 'web' } } },
    ]
    for (const statement of unknown) {
      const form = readForm(written([statement]))
      assert.deepEqual(form?.rules, [{ kind: 'other', json: statement }])
      assert.deepEqual(JSON.parse(writeForm(form)).Statement, [statement])
    }
  })

  it('reaches no instance by a tag that is half filled in, or wanted as two things (would reach every one)', () => {
    const written = (...tags: ConnectRule['tags']) =>
      JSON.parse(writeForm({ rules: [{ ...EMPTY_RULE, tags }], seesInstances: false })).Statement[0]
        .Condition.StringEquals
    assert.deepEqual(written({ key: '', values: [] }), { 'aws:ResourceTag/': [] })
    assert.deepEqual(written({ key: 'a', values: ['x', 'y'] }, { key: 'a', values: ['y', 'z'] }), {
      'aws:ResourceTag/a': 'y',
    })
    assert.deepEqual(written({ key: 'a', values: ['x'] }, { key: 'a', values: ['z'] }), {
      'aws:ResourceTag/a': [],
    })
  })

  it('reads no policy whose Version or Id it would lose', () => {
    assert.equal(readForm('{"Version": "2008-10-17", "Statement": []}'), undefined)
    assert.equal(readForm('{"Version": "2012-10-17", "Id": "x", "Statement": []}'), undefined)
    assert.equal(readForm('{"Version": "2012-10-17", "Statement": ['), undefined)
  })
})

describe('ruleInWords', () => {
  it('says what a rule allows', () => {
    assert.equal(
      ruleInWords(RULE),
      'May connect to instances with env = staging or dev as deploy, only with a second factor and from 192.0.2.0/24.',
    )
    assert.equal(ruleInWords(EMPTY_RULE), 'May connect to every instance as any OS user.')
  })
})
