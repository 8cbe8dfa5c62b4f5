import type { PolicyText, Rights } from '../../store/identity-store.ts'
import type { World } from '../operation.ts'

/** Of a user or role; of a group what every member gets from it. */
export async function rightsOf(
  id: string,
  { store }: Pick<World, 'store'>,
): Promise<Rights | undefined> {
  const rights = await store.identities.rights(id)
  if (rights !== undefined) return rights
  const entity = await store.identities.entities.byId(id)
  if (entity?.kind !== 'group') return undefined
  const { inline, policies } = store.identities
  const attached = (await policies.attachedTo(id)).map((policy) =>
    textOfPolicy(policy.id, { store }),
  )
  const texts = [
    ...(await inline.list(id)).map((policy): PolicyText => ({ ...policy, managed: undefined })),
    ...(await Promise.all(attached)).filter((text) => text !== undefined),
  ]
  const holder = { kind: 'group', name: entity.name } as const
  return {
    entity,
    policies: texts.map((text) => ({ ...text, holder })),
    boundary: undefined,
    groups: [],
  }
}

/** A managed policy with its default version, or with the one that is asked for. */
export async function textOfPolicy(
  policyId: string,
  { store, version }: Pick<World, 'store'> & { readonly version?: number },
): Promise<PolicyText | undefined> {
  const row = await store.identities.policies.get(policyId)
  if (row === undefined) return undefined
  const versions = await store.identities.policies.versions(policyId)
  const found = versions.find((one) =>
    version === undefined ? one.isDefault : one.version === version,
  )
  if (found === undefined) return undefined
  const { id, name, path, ownedByAws } = row
  return {
    policyName: name,
    managed: { policyId: id, path, ownedByAws },
    document: found.document,
  }
}
