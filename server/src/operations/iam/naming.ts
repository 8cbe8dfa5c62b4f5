import { instanceProfileNotFound, noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import { groupArn, instanceProfileArn, roleArn, userArn } from '@fleetkey/domain/arn'
import type { Realm } from '@fleetkey/domain/realm'
import type { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { EntityRow, PolicyRow } from '../../store/identity-store.ts'
import type { World } from '../operation.ts'
import { LONG_NAME, SHORT_NAME } from './names.ts'
import { findPolicy, readPolicyArn } from './policy-by-arn.ts'

/** How requests name what IAM has, and how it is found by that. One for each kind whose operations are alike. */
export interface Naming {
  /** In the names of operations: `User` in `TagUser`. */
  readonly noun: string
  /** The member of requests: `UserName`. */
  readonly member: string
  /** The same as the trail writes it: `userName`. */
  readonly recordedAs: string
  read(v: Members): string
  /** By exact spelling. */
  find(named: string, world: Scope): Promise<EntityRow | PolicyRow | undefined>
  /** What permission is asked for where there is none: whether there is, is told only to who may know. */
  arnOfNone(named: string, realm: Realm): string
  missing(named: string): ServiceException
}

/** What it takes to find something. */
type Scope = Pick<World, 'store' | 'realm'>

export const USER: Naming = byName('user', 'User', userArn)
export const GROUP: Naming = byName('group', 'Group', groupArn)
export const ROLE: Naming = byName('role', 'Role', roleArn)

export const PROFILE: Naming = {
  noun: 'InstanceProfile',
  member: 'InstanceProfileName',
  recordedAs: 'instanceProfileName',
  read: (v) => v.requiredString('InstanceProfileName', LONG_NAME),
  find: (name, { store }) => store.identities.entities.find('profile', name),
  arnOfNone: (name, realm) => instanceProfileArn(realm, name),
  missing: instanceProfileNotFound,
}

/** Managed policies: those of AWS too, of which nothing can be changed. */
export const POLICY: Naming = {
  noun: 'Policy',
  member: 'PolicyArn',
  recordedAs: 'policyArn',
  read: (v) => readPolicyArn(v),
  find: findPolicy,
  arnOfNone: (arn) => arn,
  missing: (arn) => noSuchEntity(`policy ${arn}`),
}

export async function requireEntity(
  naming: Naming,
  named: string,
  world: Scope,
): Promise<EntityRow | PolicyRow> {
  const row = await naming.find(named, world)
  if (row === undefined) throw naming.missing(named)
  return row
}

function byName(
  kind: 'user' | 'group' | 'role',
  noun: string,
  arn: (realm: Realm, name: string) => string,
): Naming {
  const member = `${noun}Name`
  return {
    noun,
    member,
    recordedAs: `${kind}Name`,
    read: (v) => v.requiredString(member, kind === 'role' ? SHORT_NAME : LONG_NAME),
    find: (name, { store }) => store.identities.entities.find(kind, name),
    arnOfNone: (name, realm) => arn(realm, name),
    missing: (name) => noSuchEntity(`${kind} with name ${name}`),
  }
}
