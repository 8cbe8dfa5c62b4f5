import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DocumentKind } from '@fleetkey/iam/statement'
import { completePolicy } from './complete-policy.ts'

const home = { accountId: '111122223333', region: 'on-prem-1' }

/** `|` is the cursor. */
function offered(marked: string, kind: DocumentKind = 'managed'): readonly string[] {
  const text = marked.replace('|', '')
  const found = completePolicy(text, marked.indexOf('|'), { kind, home })
  return found?.items.map((item) => item.text) ?? []
}

const PUSH = '"Action": "ec2-instance-connect:SendSSHPublicKey"'

describe('completePolicy', () => {
  it('offers actions, those that begin so first', () => {
    const [first] = offered('{"Statement": [{"Action": "ec2-instance-connect:Send|"}]}')
    assert.equal(first, 'ec2-instance-connect:SendSSHPublicKey')
    assert.ok(
      offered('{"Statement": {"Action": ["opentun|').includes('ec2-instance-connect:OpenTunnel'),
    )
    assert.ok(offered('{"Statement": {"Action": ["cloudtrail:|').includes('cloudtrail:*'))
  })

  it('offers in a trust policy only what can be asked of it', () => {
    const all = offered('{"Statement": [{"Action": "|"}]}', 'trust')
    assert.ok(all.includes('sts:AssumeRoleWithWebIdentity'))
    assert.ok(all.every((name) => name.startsWith('sts:')))
  })

  it('offers the keys that requests of the actions have, and no others', () => {
    const keys = offered(`{"Statement": [{${PUSH}, "Condition": {"StringEquals": {"ec2:|"}}}]}`)
    assert.deepEqual(
      keys,
      ['ec2:ResourceTag/', 'ec2:osuser'].toSorted((a, b) => keys.indexOf(a) - keys.indexOf(b)),
    )
    const of = (action: string) =>
      offered(
        `{"Statement": [{"Action": "${action}", "Condition": {"StringEquals": {"ec2:os|"}}}]}`,
      )
    assert.deepEqual(of('iam:GetUser'), [])
  })

  it('offers operators, elements that are not there yet, effects and versions', () => {
    assert.ok(offered('{"Statement": [{"Condition": {"IpA|').includes('IpAddress'))
    assert.deepEqual(
      offered(`{"Statement": [{${PUSH}, "Effect": "Allow", "|"}]}`).includes('Effect'),
      false,
    )
    assert.ok(offered(`{"Statement": [{${PUSH}, "Effect": "Allow", "|"}]}`).includes('Condition'))
    assert.deepEqual(offered('{"Statement": [{"Effect": "|"}]}'), ['Allow', 'Deny'])
    assert.deepEqual(offered('{"Version": "|"}'), ['2012-10-17'])
  })

  it('offers resources in the shape that the actions are asked for', () => {
    assert.deepEqual(offered(`{"Statement": [{${PUSH}, "Resource": "|"}]}`), [
      '*',
      'arn:aws:ec2:on-prem-1:111122223333:instance/*',
    ])
  })

  it('offers true and false where nothing else can be', () => {
    const yesOrNo = '{"Statement": [{"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "|"}}}]}'
    assert.deepEqual(offered(yesOrNo), ['true', 'false'])
  })

  it('takes the place of all that is between the quotes', () => {
    const text = '{"Statement": [{"Effect": "Alow"}]}'
    const at = text.indexOf('Alow')
    const found = completePolicy(text, at + 1, { kind: 'managed' })
    assert.deepEqual([found?.from, found?.to], [at, at + 4])
  })

  it('is quiet outside of quotes, and where what stands there is whole', () => {
    assert.deepEqual(offered('{"Statement": [|]}'), [])
    assert.deepEqual(offered('{"Version": "2012-10-17|"}'), [])
    assert.deepEqual(offered('{"Statement": [{"Sid": "|"}]}'), [])
  })
})
