import { policyNotAttachable, policyNotFound } from '@fleetkey/domain/exceptions/iam'
import { checkAttachedPolicies, QUOTAS, type PolicyOwnerKind } from '@fleetkey/iam/quotas'
import { operation, type AnyOperation, type Asker } from '../operation.ts'
import { boundedResource, entityResource } from './entity-resource.ts'
import { fromMembers } from './from-members.ts'
import { handOverAt } from './hand-over.ts'
import { readPathPrefix } from './names.ts'
import { GROUP, requireEntity, ROLE, USER, type Naming } from './naming.ts'
import { pageOf, readPage, type Page } from './paging.ts'
import { findPolicy, readPolicyArn } from './policy-by-arn.ts'
import { withoutPolicy, withPolicy } from './rights-edit.ts'
import { showAttached } from './shown-policy.ts'
import { textOfPolicy } from './rights-of.ts'

interface Input {
  readonly named: string
  readonly policyArn: string
}

export const [attachUserPolicy, detachUserPolicy, listAttachedUserPolicies] = attachmentOperations(
  USER,
  'user',
)
export const [attachGroupPolicy, detachGroupPolicy, listAttachedGroupPolicies] =
  attachmentOperations(GROUP, 'group')
export const [attachRolePolicy, detachRolePolicy, listAttachedRolePolicies] = attachmentOperations(
  ROLE,
  'role',
)

/** IAM API reference, "AttachUserPolicy", "DetachUserPolicy", "ListAttachedUserPolicies" and the same for groups and roles. */
function attachmentOperations(
  naming: Naming,
  kind: PolicyOwnerKind,
): readonly [AnyOperation, AnyOperation, AnyOperation] {
  const { noun, recordedAs } = naming
  /** What attaching and detaching have in common: `iam:PolicyARN` says which policy, so that a clerk may be let hand out some. */
  const changing = (name: string) =>
    ({
      name,
      service: 'iam',
      action: `iam:${name}`,
      access: 'write',
      parse: fromMembers((v) => ({ named: naming.read(v), policyArn: readPolicyArn(v) })),
      resources: async ({ named }: Input, asker: Asker) => [
        await boundedResource(naming, named, asker),
      ],
      context: ({ policyArn }: Input) => ({ 'iam:PolicyARN': policyArn }),
      trail: ({ named, policyArn }: Input) => ({
        requestParameters: { [recordedAs]: named, policyArn },
      }),
    }) as const

  const attach = operation<Input>({
    ...changing(`Attach${noun}Policy`),
    handsOver: ({ named, policyArn }, asker) =>
      handOverAt(naming, named, {
        asker,
        async edit(row) {
          const policy = await findPolicy(policyArn, asker)
          const text = policy && (await textOfPolicy(policy.id, asker))
          return text && withPolicy(row, text)
        },
      }),
    async run({ named, policyArn }, call) {
      const { id } = await requireEntity(naming, named, call)
      const policy = await findPolicy(policyArn, call)
      if (policy === undefined) throw policyNotAttachable(policyArn)
      const limit = QUOTAS.attachedPolicies
      const attached = await call.store.identities.policies.attach(policy.id, id, limit)
      if (!attached) checkAttachedPolicies(kind, limit + 1)
      return {}
    },
  })

  const detach = operation<Input>({
    ...changing(`Detach${noun}Policy`),
    // It may have a Deny.
    handsOver: ({ named, policyArn }, asker) =>
      handOverAt(naming, named, {
        asker,
        async edit(row) {
          const policy = await findPolicy(policyArn, asker)
          const text = policy && (await textOfPolicy(policy.id, asker))
          return text && withoutPolicy(row, text)
        },
      }),
    async run({ named, policyArn }, call) {
      const { id } = await requireEntity(naming, named, call)
      const policy = await findPolicy(policyArn, call)
      const detached =
        policy !== undefined && (await call.store.identities.policies.detach(policy.id, id))
      if (!detached) throw policyNotFound(policyArn)
      return {}
    },
  })

  const list = operation<{ named: string; pathPrefix: string; page: Page }>({
    name: `ListAttached${noun}Policies`,
    service: 'iam',
    action: `iam:ListAttached${noun}Policies`,
    access: 'read',
    parse: fromMembers((v) => ({
      named: naming.read(v),
      pathPrefix: readPathPrefix(v),
      page: readPage(v),
    })),
    resources: async ({ named }, asker) => [await entityResource(naming, named, asker)],
    trail: ({ named, pathPrefix }) => ({ requestParameters: { [recordedAs]: named, pathPrefix } }),
    async run({ named, pathPrefix, page }, call) {
      const { id } = await requireEntity(naming, named, call)
      const policies = await call.store.identities.policies.attachedTo(id)
      const below = policies.filter(({ path }) => path.startsWith(pathPrefix))
      const attached = below.map((row) => showAttached(row, call.realm))
      const { rows, end } = pageOf(page, attached, ({ PolicyArn }) => PolicyArn)
      return { AttachedPolicies: rows, ...end }
    },
  })

  return [attach, detach, list]
}
