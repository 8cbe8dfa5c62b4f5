import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  GetContextKeysForCustomPolicyCommand,
  GetContextKeysForPrincipalPolicyCommand,
  IAMClient,
  paginateSimulatePrincipalPolicy,
  SimulateCustomPolicyCommand,
} from '@aws-sdk/client-iam'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'

let plane: ControlPlane
let client: IAMClient
let ann = ''
before(async () => {
  plane = await startControlPlane()
  const { accessKeyId, secretAccessKey } = plane.root
  client = new IAMClient({
    endpoint: plane.url,
    region: 'on-prem-1',
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  })
  await plane.user('ann', OWN)
  ann = (await plane.root.done('GetUser', { UserName: 'ann' })).User.Arn
})
after(async () => {
  client.destroy()
  await plane.close()
})

const OWN = {
  Effect: 'Allow',
  Action: 'iam:Get*',
  Resource: 'arn:aws:iam::*:user/${aws:username}',
  Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
}
const DOCUMENT = JSON.stringify({ Version: '2012-10-17', Statement: [OWN] }, undefined, 2)

describe('the IAM client of the AWS SDK, unmodified', () => {
  it('asks which context keys a simulation needs', async () => {
    const custom = await client.send(
      new GetContextKeysForCustomPolicyCommand({ PolicyInputList: [DOCUMENT] }),
    )
    assert.deepEqual(custom.ContextKeyNames, ['aws:username', 'aws:PrincipalTag/team'])
    const principal = await client.send(
      new GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn: ann }),
    )
    assert.deepEqual(principal.ContextKeyNames, custom.ContextKeyNames)
  })

  it('simulates policies of its own and sees which statement decided', async () => {
    const { EvaluationResults = [] } = await client.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: [DOCUMENT],
        ActionNames: ['iam:GetUser'],
        ResourceArns: [ann],
        ContextEntries: [
          {
            ContextKeyName: 'aws:username',
            ContextKeyValues: ['ann'],
            ContextKeyType: 'string',
          },
          {
            ContextKeyName: 'aws:PrincipalTag/team',
            ContextKeyValues: ['blue'],
            ContextKeyType: 'string',
          },
        ],
      }),
    )
    const [result] = EvaluationResults
    assert.equal(result?.EvalDecision, 'allowed')
    assert.deepEqual(result?.MissingContextValues, [])
    assert.deepEqual(result?.MatchedStatements, [
      {
        SourcePolicyId: 'PolicyInputList.1',
        SourcePolicyType: 'IAM Policy',
        StartPosition: { Line: 3, Column: 17 },
        EndPosition: { Line: 13, Column: 6 },
      },
    ])
  })

  it('simulates a user in pages', async () => {
    const ActionNames = ['iam:GetUser', 'iam:GetRole', 'iam:ListUsers']
    const decided = []
    for await (const page of paginateSimulatePrincipalPolicy(
      { client, pageSize: 2 },
      { PolicySourceArn: ann, ActionNames, ResourceArns: [ann] },
    )) {
      for (const one of page.EvaluationResults ?? []) {
        decided.push([one.EvalActionName, one.EvalDecision, one.MissingContextValues])
      }
    }
    const missing = ['aws:PrincipalTag/team']
    assert.deepEqual(decided, [
      ['iam:GetUser', 'implicitDeny', missing],
      ['iam:GetRole', 'implicitDeny', missing],
      ['iam:ListUsers', 'implicitDeny', []],
    ])
  })
})
