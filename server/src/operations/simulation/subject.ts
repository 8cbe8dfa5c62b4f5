import { roleArn, userArn } from '@fleetkey/domain/arn'
import { noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { principalArn, type Principal } from '@fleetkey/domain/principal'
import type { Realm } from '@fleetkey/domain/realm'
import type { PolicySet } from '@fleetkey/iam/policy-set'
import type { ContextValue } from '@fleetkey/iam/request-context'
import type { EntityRow, PolicyRow, Rights } from '../../store/identity-store.ts'
import { entityArn } from '../iam/entity-arn.ts'
import { resourceOf } from '../iam/entity-resource.ts'
import { GROUP, ROLE, USER, type Naming } from '../iam/naming.ts'
import { rightsOf } from '../iam/rights-of.ts'
import type { Asker, Resource, World } from '../operation.ts'
import { policySetOf } from '../policy-set-of.ts'

/** Somebody whose requests are tried out. */
export interface Subject {
  /** As people and answers name it: for a role the role, not a session. */
  readonly arn: string
  readonly type: 'Root' | 'User' | 'Role'
  readonly principal: Principal
  readonly policies: PolicySet
  /** Keys that come with the principal and, for the caller, its session. */
  readonly context: ReadonlyMap<string, ContextValue>
}

/** The caller as it is now, session and all. */
export function callersOwn({ caller, realm }: Asker): Subject {
  const { principal, policies, context } = caller
  const type =
    principal.kind === 'root' ? 'Root' : principal.kind === 'assumedRole' ? 'Role' : 'User'
  return { arn: principalArn(principal, realm), type, principal, policies, context }
}

/** A user, or a session of a role that was made without session policies and tags. Throws NoSuchEntity. */
export async function subjectByArn(arn: string, world: World): Promise<Subject> {
  const rights = await rightsByArn(arn, world)
  if (rights.entity.kind === 'group') {
    throw validationFailure('The principal must be the ARN of a user or a role of this account.')
  }
  return subjectOf(rights, world)
}

/** What a user, group or role may do. Throws NoSuchEntity, also for another path. */
export async function rightsByArn(arn: string, world: World): Promise<Rights> {
  if (namedIn(arn) === undefined) {
    throw validationFailure('Give the ARN of a user, a group or a role of this account.')
  }
  const entity = await entityByArn(arn, world)
  const rights = entity && (await rightsOf(entity.id, world))
  if (rights === undefined) throw noSuchEntity(`principal ${arn}`)
  return rights
}

/** What permission is asked for, with its tags: policies can say into whose access somebody may look. */
export async function subjectResource(arn: string, world: World): Promise<Resource> {
  const entity = await entityByArn(arn, world)
  return entity === undefined ? { arn } : resourceOf(entity, world)
}

async function entityByArn(arn: string, world: World): Promise<EntityRow | PolicyRow | undefined> {
  const { naming, name } = namedIn(arn) ?? {}
  const entity = name === undefined ? undefined : await naming?.find(name, world)
  return entity !== undefined && entityArn(entity, world.realm) === arn ? entity : undefined
}

function namedIn(arn: string): { readonly naming: Naming; readonly name: string } | undefined {
  const [, kind, name] = /:(user|group|role)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? []
  const naming = [USER, GROUP, ROLE].find(({ noun }) => noun.toLowerCase() === kind)
  return naming && name !== undefined ? { naming, name } : undefined
}

export function subjectOf(rights: Rights, { realm }: Pick<World, 'realm'>): Subject {
  const { id, kind, name, path, tags } = rights.entity
  const who = { kind: kind === 'role' ? kind : 'user', id, name, path } as const
  return subjectNamed(who, {
    policies: policySetOf(rights, realm),
    tags: Object.entries(tags),
    realm,
  })
}

/** A user, or a session of a role that was made without session policies and tags. */
export function subjectNamed(
  who: {
    readonly kind: 'user' | 'role'
    readonly id: string
    readonly name: string
    readonly path: string
  },
  has: {
    readonly policies: PolicySet
    readonly tags: Iterable<readonly [string, string]>
    readonly realm: Realm
  },
): Subject {
  const { kind, id, name, path } = who
  const { policies, tags, realm } = has
  const context = new Map([...tags].map(([key, value]) => [`aws:PrincipalTag/${key}`, value]))
  switch (kind) {
    case 'role': {
      const sessionName = 'simulated'
      const principal = {
        kind: 'assumedRole',
        roleId: id,
        roleName: name,
        path,
        sessionName,
      } as const
      return { arn: roleArn(realm, name, path), type: 'Role', principal, policies, context }
    }
    case 'user': {
      const principal = { kind: 'user', userId: id, userName: name, path } as const
      return { arn: userArn(realm, name, path), type: 'User', principal, policies, context }
    }
  }
}

/** Ids of every user and role of the account. */
export async function idsOfAll({ store }: World): Promise<readonly string[]> {
  const { entities } = store.identities
  const [users, roles] = await Promise.all([
    entities.list({ kind: 'user' }),
    entities.list({ kind: 'role' }),
  ])
  return [...users, ...roles].map(({ id }) => id)
}
