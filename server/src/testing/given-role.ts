import { randomBytes } from 'node:crypto'
import type { RoleRow } from '../store/identity-store.ts'
import type { ControlPlane, StsCredentials } from './control-plane.ts'
import type { ApiClient } from './api-client.ts'

/** For tests: a role whose trust policy is stored as it is given, and what it may do. */
export interface GivenRole {
  readonly id: string
  readonly name: string
  readonly arn: string
}

export async function givenRole(
  plane: ControlPlane,
  parts: {
    readonly name?: string
    /** Statements. */
    readonly trust: object | readonly object[]
    readonly policy?: object | readonly object[]
    readonly change?: Partial<RoleRow>
  },
): Promise<GivenRole> {
  const { trust, policy, change } = parts
  const name = parts.name ?? `role-${randomBytes(4).toString('hex')}`
  const id = `AROA${randomBytes(9).toString('hex').toUpperCase().slice(0, 17)}`
  const { Account } = await plane.root.done('GetCallerIdentity', {})
  const row: RoleRow = {
    id,
    kind: 'role',
    name,
    path: '/',
    createdAt: Date.now(),
    tags: {},
    trustPolicy: documentOf(trust),
    description: `what ${name} is for`,
    maxSessionSeconds: 43_200,
    ...change,
  }
  if (!(await plane.store.identities.roles.create(row))) throw new Error(`${name} is taken`)
  if (policy !== undefined) {
    await plane.store.identities.inline.put(id, {
      policyName: 'p',
      document: documentOf(policy),
    })
  }
  return { id, name, arn: `arn:aws:iam::${Account}:role${row.path}${name}` }
}

export const documentOf = (statements: object | readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })

/** Trust in one user or in whatever else has this id, with everything that comes with a session. */
export const trusting = (principal: string) => ({
  Effect: 'Allow',
  Principal: { AWS: principal },
  Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
})

/** Trust in everybody for whom a provider vouches. */
export const trustingProvider = (name: string, Condition?: object) => ({
  Effect: 'Allow',
  Principal: { Federated: name },
  Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'],
  ...(Condition === undefined ? {} : { Condition }),
})

/** A session of a role. */
export async function assume(
  plane: ControlPlane,
  client: ApiClient,
  role: GivenRole,
  fields: object = {},
): Promise<ApiClient> {
  const answer = await client.done('AssumeRole', {
    RoleArn: role.arn,
    RoleSessionName: 'work',
    ...fields,
  })
  return plane.as(answer.Credentials as StsCredentials)
}
