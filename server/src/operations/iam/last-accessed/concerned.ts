import { SERVICES } from '@fleetkey/iam/actions/catalogue'
import { matchesAction } from '@fleetkey/iam/match-action'
import type { PolicyDocument } from '@fleetkey/iam/policy-document'
import type { EntityRow, PolicyRow } from '../../../store/identity-store.ts'
import type { World } from '../../operation.ts'
import { compiledPolicy } from '../../policy-set-of.ts'
import { rightsOf, textOfPolicy } from '../rights-of.ts'

/** The users and roles that a report is of: itself, the members of a group, those who have a policy by themselves or by a group. By name. */
export async function concernedBy(
  entity: EntityRow | PolicyRow,
  { store }: Pick<World, 'store'>,
): Promise<readonly EntityRow[]> {
  const { groups, policies } = store.identities
  switch (entity.kind) {
    case 'group':
      return await groups.members(entity.id)
    case 'policy': {
      const { attached } = await policies.entitiesOf(entity.id)
      const members = attached
        .filter(({ kind }) => kind === 'group')
        .map(({ id }) => groups.members(id))
      const holders = attached.filter(({ kind }) => kind !== 'group')
      const all = [...holders, ...(await Promise.all(members)).flat()]
      return [...new Map(all.map((row) => [row.id, row])).values()]
    }
    case 'user':
    case 'role':
      return [entity]
    case 'provider':
    case 'mfa':
    case 'profile':
      return []
  }
}

/** A service with those of its actions that policies allow on something. */
export interface AllowedService {
  readonly prefix: string
  /** Behind the colon. */
  readonly actions: readonly string[]
}

/** What is reported of: AWS tells of services that the policies allow, and weighs neither a Deny nor a boundary for that. */
export async function allowedServices(
  entity: EntityRow | PolicyRow,
  world: Pick<World, 'store'>,
): Promise<readonly AllowedService[]> {
  const documents = await documentsOf(entity, world)
  return SERVICES.map(({ prefix, actions }) => ({
    prefix,
    actions: actions
      .filter(({ name }) => documents.some((document) => allows(document, name.toLowerCase())))
      .map(({ name }) => name.slice(prefix.length + 1)),
  })).filter(({ actions }) => actions.length > 0)
}

async function documentsOf(
  entity: EntityRow | PolicyRow,
  world: Pick<World, 'store'>,
): Promise<readonly PolicyDocument[]> {
  const own = entity.kind === 'policy' ? await textOfPolicy(entity.id, world) : undefined
  const policies = own === undefined ? (await rightsOf(entity.id, world))?.policies : [own]
  return (policies ?? []).map(({ document, managed }) =>
    compiledPolicy(document, managed === undefined ? 'identity' : 'managed'),
  )
}

function allows({ statements }: PolicyDocument, action: string): boolean {
  return statements
    .filter(({ effect }) => effect === 'Allow')
    .some(({ action: { element, entries } }) => {
      const isNamed = entries.some((entry) => matchesAction(entry, action))
      return element === 'Action' ? isNamed : !isNamed
    })
}
