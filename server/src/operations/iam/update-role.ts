import { validatePolicy } from '@fleetkey/iam/validate-policy'
import { operation } from '../operation.ts'
import { bindTrustPolicy } from './bind-trust-policy.ts'
import { entityResource } from './entity-resource.ts'
import { fromMembers } from './from-members.ts'
import { handOverPlace } from './hand-over.ts'
import { requireEntity, ROLE } from './naming.ts'
import { requireRole } from './require-role.ts'
import { DESCRIPTION, readSessionSeconds } from './role-settings.ts'
import { shownWholeRole } from './shown-role.ts'
import { trustsNobodyElse } from './trusts-nobody-else.ts'

interface Input {
  readonly named: string
  readonly description: string | undefined
  readonly maxSessionSeconds: number | undefined
}

/** What is left out stays as it is; sessions that run keep their end. IAM API reference, "UpdateRole". */
export const updateRole = operation<Input>({
  name: 'UpdateRole',
  service: 'iam',
  action: 'iam:UpdateRole',
  access: 'write',
  parse: fromMembers((v) => ({
    named: ROLE.read(v),
    description: v.optionalString('Description', DESCRIPTION),
    maxSessionSeconds: readSessionSeconds(v),
  })),
  resources: async ({ named }, asker) => [await entityResource(ROLE, named, asker)],
  trail: ({ named, description, maxSessionSeconds }) => ({
    requestParameters: { roleName: named, description, maxSessionDuration: maxSessionSeconds },
  }),
  async run({ named, description, maxSessionSeconds }, call) {
    const { id } = await requireEntity(ROLE, named, call)
    await call.store.identities.roles.update(id, {
      ...(description === undefined ? {} : { description }),
      ...(maxSessionSeconds === undefined ? {} : { maxSessionSeconds }),
    })
    return {}
  },
})

/** The older way to change a description. IAM API reference, "UpdateRoleDescription". */
export const updateRoleDescription = operation<{ named: string; description: string }>({
  name: 'UpdateRoleDescription',
  service: 'iam',
  action: 'iam:UpdateRoleDescription',
  access: 'write',
  parse: fromMembers((v) => ({
    named: ROLE.read(v),
    description: v.requiredString('Description', DESCRIPTION),
  })),
  resources: async ({ named }, asker) => [await entityResource(ROLE, named, asker)],
  trail: ({ named, description }) => ({ requestParameters: { roleName: named, description } }),
  async run({ named, description }, call) {
    const { id } = await requireEntity(ROLE, named, call)
    await call.store.identities.roles.update(id, { description })
    return { Role: await shownWholeRole(await requireRole(named, call), call) }
  },
})

/** Once it has returned, only who is named now may come in. IAM API reference, "UpdateAssumeRolePolicy". */
export const updateAssumeRolePolicy = operation<{ named: string; trustPolicy: string }>({
  name: 'UpdateAssumeRolePolicy',
  service: 'iam',
  action: 'iam:UpdateAssumeRolePolicy',
  access: 'write',
  parse(fields) {
    const input = fromMembers((v) => ({
      named: ROLE.read(v),
      trustPolicy: v.requiredString('PolicyDocument', { min: 1, max: 131_072 }),
    }))(fields)
    validatePolicy(input.trustPolicy, 'trust')
    return input
  },
  resources: async ({ named }, asker) => [await entityResource(ROLE, named, asker)],
  async handsOver({ named, trustPolicy }, asker) {
    const role = await ROLE.find(named, asker)
    if (role === undefined) return []
    const { entities, roles } = asker.store.identities
    const before = (await roles.get(role.id))?.trustPolicy
    const after = await bindTrustPolicy(trustPolicy, entities, asker.realm)
    if (before !== undefined && trustsNobodyElse(before, after)) return []
    return handOverPlace(role.id, { to: `whoever role ${role.name} trusts`, scope: asker })
  },
  trail: ({ named, trustPolicy }) => ({
    requestParameters: { roleName: named, policyDocument: trustPolicy },
  }),
  async run({ named, trustPolicy }, { store, realm }) {
    const { id } = await requireEntity(ROLE, named, { store, realm })
    const { entities, roles } = store.identities
    await roles.setTrustPolicy(id, await bindTrustPolicy(trustPolicy, entities, realm))
    return {}
  },
})
