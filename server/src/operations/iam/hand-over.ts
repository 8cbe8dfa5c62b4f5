import type { EntityRow, Rights, RoleRow } from '../../store/identity-store.ts'
import type { Asker, HandOver } from '../operation.ts'
import { policySetOf, sessionPoliciesOf } from '../policy-set-of.ts'
import type { Naming } from './naming.ts'
import { keysOf, rolesOpenTo } from './open-roles.ts'
import { withDocument, type RightsEdit } from './rights-edit.ts'
import { rightsOf, textOfPolicy } from './rights-of.ts'

// What IAM's operations hand over (`handsOver`): who may do what after a call, from what is stored and what the call makes of it.

type Scope = Pick<Asker, 'store' | 'realm' | 'caller'>

/**
 * The rights of users, roles and groups before and after an edit. With them come the roles that they could newly assume afterwards by who
 * they are, and from those on.
 */
async function handOverEdit(
  ids: readonly string[],
  edit: RightsEdit,
  scope: Scope,
): Promise<readonly HandOver[]> {
  const handed = ids.map(async (id): Promise<readonly HandOver[]> => {
    const before = await rightsOf(id, scope)
    const after = before && edit(before)
    if (before === undefined || after === undefined || after === before) return []
    const to = nameOf(before.entity)
    const opened = await rolesOpenTo(after, { scope, edit, before })
    return [
      {
        to,
        before: policySetOf(before, scope.realm),
        after: policySetOf(after, scope.realm),
        keys: {
          before: keysOf(before.entity, scope),
          after: keysOf(after.entity, scope),
        },
      },
      ...opened.map((role) => placeOf(role, `${to}, as role ${role.entity.name},`, scope)),
    ]
  })
  return (await Promise.all(handed)).flat()
}

/** All that a user or role may do, and the roles that they can come to: for whoever takes their place, e.g. with a key. */
export async function handOverPlace(
  id: string,
  { to, scope }: { readonly to: string; readonly scope: Scope },
): Promise<readonly HandOver[]> {
  const rights = await rightsOf(id, scope)
  if (rights === undefined) return []
  const roles = await rolesOpenTo(rights, { scope })
  return [
    placeOf(rights, to, scope),
    ...roles.map((role) => placeOf(role, `${to}, as role ${role.entity.name},`, scope)),
  ]
}

/** The same for a way into a user's place; undefined is root. One's own place is one's own, but for what limits the session. */
export async function handOverUser(
  user: EntityRow | undefined,
  scope: Scope,
): Promise<readonly HandOver[]> {
  if (user === undefined) return []
  const { principal, policies } = scope.caller
  const isOwn = principal.kind === 'user' && principal.userId === user.id
  if (!isOwn) return handOverPlace(user.id, { to: `whoever acts as user ${user.name}`, scope })
  const rights = await rightsOf(user.id, scope)
  if (rights === undefined) return []
  return [
    {
      to: nameOf(user),
      before: policies,
      after: policySetOf(rights, scope.realm),
      keys: { before: keysOf(user, scope), after: keysOf(user, scope) },
    },
  ]
}

/** What an edit at a user, role or group hands over, to all whom it concerns; nothing where there is no such thing. */
export async function handOverAt(
  naming: Naming,
  named: string,
  {
    asker,
    edit,
  }: {
    readonly asker: Asker
    readonly edit: (row: EntityRow) => RightsEdit | undefined | Promise<RightsEdit | undefined>
  },
): Promise<readonly HandOver[]> {
  const row = await naming.find(named, asker)
  const made = row && (await edit(row))
  if (row === undefined || made === undefined) return []
  return handOverEdit(await concernedBy(row, asker), made, asker)
}

/**
 * Another document in force for a managed policy, undefined when it is to be gone: for all on whom it hangs, whose boundary it is, and
 * whose sessions it limits.
 */
export async function handOverDocument(
  policyId: string,
  document: string | undefined,
  asker: Asker,
): Promise<readonly HandOver[]> {
  const { attached, bounded } = await asker.store.identities.policies.entitiesOf(policyId)
  const concerned = await Promise.all(
    [...attached, ...bounded].map((row) => concernedBy(row, asker)),
  )
  const edit = withDocument(policyId, document)
  return [
    ...(await handOverEdit([...new Set(concerned.flat())], edit, asker)),
    ...(await handOverToSessions(policyId, edit, asker)),
  ]
}

/** Managed session policies say at each request what a session may do. */
async function handOverToSessions(
  policyId: string,
  edit: RightsEdit,
  { store, realm, now }: Asker,
): Promise<readonly HandOver[]> {
  const { roles, sessions, rights } = {
    ...store.identities,
    rights: (id: string) => store.identities.rights(id),
  }
  const limited = (await roles.list()).map(async (role): Promise<readonly HandOver[]> => {
    const before = await rights(role.id)
    if (before === undefined) return []
    const all = await sessions.list(role.id, now())
    const some = all.filter(({ limits }) => limits.policyIds?.includes(policyId) === true)
    const handed = some.map(async ({ limits }): Promise<HandOver> => {
      const texts = (
        await Promise.all((limits.policyIds ?? []).map((id) => textOfPolicy(id, { store })))
      ).filter((text) => text !== undefined)
      // The policies of the session stand where those of a user would, to be edited like them.
      const held = {
        ...before,
        policies: texts.map((text) => ({
          ...text,
          holder: { kind: 'role', name: role.name } as const,
        })),
      }
      return {
        to: `session ${limits.sessionName} of role ${role.name}`,
        before: { ...policySetOf(before, realm), ...sessionPoliciesOf(limits, texts, realm) },
        after: {
          ...policySetOf(edit(before), realm),
          ...sessionPoliciesOf(limits, edit(held).policies, realm),
        },
      }
    })
    return Promise.all(handed)
  })
  return (await Promise.all(limited)).flat()
}

/** Roles that one would be open to that does not exist yet, by its name, path or tags. */
export async function handOverNewRole(row: RoleRow, scope: Scope): Promise<readonly HandOver[]> {
  const rights: Rights = { entity: row, policies: [], boundary: undefined, groups: [] }
  const roles = await rolesOpenTo(rights, { scope })
  return roles.map((role) => placeOf(role, `role ${row.name}, as role ${role.entity.name},`, scope))
}

/** Whom a policy on a user, role or group concerns: with a group also its members, and whoever will be one. */
async function concernedBy(
  { id, kind }: Pick<EntityRow, 'id' | 'kind'>,
  { store }: Pick<Scope, 'store'>,
): Promise<readonly string[]> {
  if (kind !== 'group') return [id]
  const members = await store.identities.groups.members(id)
  return [id, ...members.map((member) => member.id)]
}

function placeOf(rights: Rights, to: string, scope: Scope): HandOver {
  const keys = keysOf(rights.entity, scope)
  const after = policySetOf(rights, scope.realm)
  return { to, before: undefined, after, keys: { before: keys, after: keys } }
}

function nameOf({ kind, name }: EntityRow): string {
  return kind === 'group' ? `the members of group ${name}` : `${kind} ${name}`
}
