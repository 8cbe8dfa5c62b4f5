import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nameProblem, stepsFor, type NewUser } from './new-user.ts'

const ANN: NewUser = {
  userName: 'ann',
  password: 'correct horse battery',
  mustChange: true,
  groups: ['sre'],
  policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
  inline: [{ name: 'own', document: '{}' }],
  boundaryArn: 'arn:aws:iam::111122223333:policy/limits',
  tags: [
    { Key: 'team', Value: 'web' },
    { Key: '', Value: '' },
  ],
}

describe('stepsFor', () => {
  it('makes the user with its limits first and the password last (could sign in without them)', () => {
    const steps = stepsFor(ANN)
    assert.deepEqual(
      steps.map(({ operation }) => operation),
      ['CreateUser', 'AddUserToGroup', 'AttachUserPolicy', 'PutUserPolicy', 'CreateLoginProfile'],
    )
    assert.deepEqual(steps[0]?.input, {
      UserName: 'ann',
      PermissionsBoundary: 'arn:aws:iam::111122223333:policy/limits',
      Tags: [{ Key: 'team', Value: 'web' }],
    })
  })

  it('says nothing of the password (is shown on the page)', () => {
    assert.ok(stepsFor(ANN).every(({ says }) => !says.includes('correct')))
  })

  it('makes a user without a password for a program', () => {
    const bare = {
      ...ANN,
      password: undefined,
      groups: [],
      policyArns: [],
      inline: [],
      tags: [],
      boundaryArn: undefined,
    }
    assert.deepEqual(stepsFor(bare), [
      { says: 'Create the user ann', operation: 'CreateUser', input: { UserName: 'ann' } },
    ])
  })
})

describe('nameProblem', () => {
  it('takes what IAM takes', () => {
    assert.equal(nameProblem('a.b_c-d+e=f,g@h'), undefined)
    assert.ok(nameProblem('a b'))
    assert.ok(nameProblem('x'.repeat(65)))
    assert.equal(nameProblem('x'.repeat(65), 128), undefined)
  })
})
