import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { trustedBy } from './trusted-by.ts'

const trust = (Principal: unknown, Effect = 'Allow') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect, Principal, Action: 'sts:AssumeRole' }],
  })

describe('trustedBy', () => {
  it('names users, roles and providers, each once', () => {
    const ann = 'arn:aws:iam::111122223333:user/team/ann'
    assert.deepEqual(trustedBy(trust({ AWS: [ann, ann, 'arn:aws:iam::111122223333:role/ops'] })), [
      'user ann',
      'role ops',
    ])
    const provider = 'arn:aws:iam::111122223333:oidc-provider/id.example.org/realm'
    assert.deepEqual(trustedBy(trust({ Federated: provider })), ['provider id.example.org/realm'])
  })

  it('says it plainly when it is everybody, the account, or somebody who is gone', () => {
    assert.deepEqual(trustedBy(trust({ AWS: '*' })), ['everybody'])
    assert.deepEqual(trustedBy(trust({ AWS: 'arn:aws:iam::111122223333:root' })), ['this account'])
    assert.match(trustedBy(trust({ AWS: 'AIDAAAAAAAAAAAAAAAAAA' }))[0] ?? '', /gone/)
  })

  it('leaves out whom it denies, and does not fail over what cannot be read', () => {
    assert.deepEqual(trustedBy(trust({ AWS: '*' }, 'Deny')), [])
    assert.equal(trustedBy('{').length, 1)
  })
})
