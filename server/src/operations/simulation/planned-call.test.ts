import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { callsOfStep } from '@fleetkey/iam/apply/calls-of-step'
import { EMPTY_DIRECTORY, type Account, type Directory } from '@fleetkey/iam/apply/directory'
import { documentOf } from '@fleetkey/iam/apply/document'
import type { Step } from '@fleetkey/iam/apply/step'
import { validate } from '@fleetkey/wire/aws/validation'
import { readPlannedCalls, stepOfCall } from './planned-call.ts'

const realm = { partition: 'aws', region: 'on-prem-1', accountId: '111122223333' }
const account: Account = { ...realm, awsPolicies: new Map(), caller: undefined }
const document = documentOf(
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
)
const tags = new Map([['team', 'web']])
const policy = { path: '/p/', description: '', document, tags: new Map(), otherVersions: ['v1'] }
const now: Directory = { ...EMPTY_DIRECTORY, policies: new Map([['own', policy]]) }
const AWS = 'arn:aws:iam::aws:policy/ReadOnlyAccess'

/** By the calls that make it, and back. */
function thereAndBack(step: Step): readonly Step[] {
  const Calls = callsOfStep(step, { now, account }).map(({ operation, input }) => ({
    Operation: operation,
    Input: input,
  }))
  const v = validate(new Map(Object.entries(JSON.parse(JSON.stringify({ Calls })) as object)))
  return readPlannedCalls(v).flatMap((call) => stepOfCall(call, realm) ?? [])
}

const user = { path: '/team/', tags, boundary: 'own' }
const holders = (['user', 'group', 'role'] as const).map((of) => ({ of, name: 'x' }))

describe('a call that is only thought of', () => {
  it('is the very change that apply makes by it (a preview would tell of something else)', () => {
    const steps: readonly Step[] = [
      { kind: 'createPolicy', name: 'new', policy: { ...policy, tags, otherVersions: [] } },
      { kind: 'changePolicy', name: 'own', document },
      { kind: 'deletePolicy', name: 'own' },
      { kind: 'createGroup', name: 'g', path: '/team/' },
      { kind: 'createUser', name: 'u', user },
      { kind: 'createUser', name: 'u', user: { path: '/', tags: new Map(), boundary: undefined } },
      { kind: 'addMember', group: 'g', user: 'u' },
      { kind: 'removeMember', group: 'g', user: 'u' },
      ...holders.flatMap((whose): Step[] => [
        { kind: 'attach', ...whose, policy: 'own' },
        { kind: 'detach', ...whose, policy: AWS },
        { kind: 'putInline', ...whose, policyName: 'p', document },
        { kind: 'deleteInline', ...whose, policyName: 'p' },
        { kind: 'delete', ...whose },
      ]),
      ...(['user', 'role'] as const).flatMap((of): Step[] => [
        { kind: 'setBoundary', of, name: 'x', boundary: AWS },
        { kind: 'setBoundary', of, name: 'x', boundary: undefined },
        { kind: 'tag', of, name: 'x', tags },
        { kind: 'untag', of, name: 'x', keys: ['team'] },
      ]),
    ]
    for (const step of steps) {
      assert.deepEqual(thereAndBack(step), [step], `${step.kind} ${JSON.stringify(step)}`)
    }
    const trust = documentOf('{"Statement":[]}')
    const role = { ...user, trust, description: '', maxSessionSeconds: 3600 }
    assert.deepEqual(thereAndBack({ kind: 'createRole', name: 'r', role }), [
      { kind: 'createRole', name: 'r', role },
    ])
  })

  it('changes no reach where it is about trust, providers and tags of policies', () => {
    const provider = { url: 'https://id.example.com', clientIds: new Set(['a']), claims: new Map() }
    const name = 'id.example.com'
    const steps: readonly Step[] = [
      { kind: 'updateRole', name: 'r', settings: { description: '', maxSessionSeconds: 3600 } },
      { kind: 'setTrust', name: 'r', trust: document },
      { kind: 'tag', of: 'policy', name: 'own', tags },
      { kind: 'untag', of: 'policy', name: 'own', keys: ['team'] },
      { kind: 'createProvider', name, provider },
      { kind: 'deleteProvider', name },
      { kind: 'addClient', name, clientId: 'b' },
      { kind: 'removeClient', name, clientId: 'b' },
      { kind: 'setClaims', name, claims: new Map([['groups', 'groups']]) },
    ]
    for (const step of steps) assert.deepEqual(thereAndBack(step), [], step.kind)
  })
})
