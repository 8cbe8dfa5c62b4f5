import { noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import { parsePolicyDocument } from '@fleetkey/iam/policy-document'
import { checkInlinePolicySize, type PolicyOwnerKind } from '@fleetkey/iam/quotas'
import { policyText } from '@fleetkey/wire/aws/output'
import type { Members } from '@fleetkey/wire/aws/validation'
import { operation, type AnyOperation, type Asker } from '../operation.ts'
import { boundedResource, entityResource } from './entity-resource.ts'
import { fromMembers } from './from-members.ts'
import { handOverAt } from './hand-over.ts'
import { LONG_NAME } from './names.ts'
import { GROUP, requireEntity, ROLE, USER, type Naming } from './naming.ts'
import { pageOf, readPage, type Page } from './paging.ts'
import { withoutPolicy, withPolicy } from './rights-edit.ts'

interface Input {
  readonly named: string
  readonly policyName: string
}

export const [putUserPolicy, getUserPolicy, deleteUserPolicy, listUserPolicies] =
  inlinePolicyOperations(USER, 'user')
export const [putGroupPolicy, getGroupPolicy, deleteGroupPolicy, listGroupPolicies] =
  inlinePolicyOperations(GROUP, 'group')
export const [putRolePolicy, getRolePolicy, deleteRolePolicy, listRolePolicies] =
  inlinePolicyOperations(ROLE, 'role')

/** IAM API reference, "PutUserPolicy", "GetUserPolicy", "DeleteUserPolicy", "ListUserPolicies" and the same for groups and roles. */
function inlinePolicyOperations(
  naming: Naming,
  kind: PolicyOwnerKind,
): readonly [AnyOperation, AnyOperation, AnyOperation, AnyOperation] {
  const { noun, member, recordedAs } = naming
  const called = (name: string) => ({ name, service: 'iam', action: `iam:${name}` }) as const
  const trail = ({ named, policyName }: Input) => ({
    requestParameters: { [recordedAs]: named, policyName },
  })
  const missing = ({ policyName }: Input) => noSuchEntity(`${kind} policy with name ${policyName}`)

  const parse = fromMembers(readNames)
  const readPut = fromMembers((v) => ({
    ...readNames(v),
    document: v.requiredString('PolicyDocument', { min: 1, max: 131_072 }),
  }))

  function readNames(v: Members): Input {
    return { named: naming.read(v), policyName: v.requiredString('PolicyName', LONG_NAME) }
  }

  /** The keys of those that change rights are more than the keys of those that look. */
  const changed = async ({ named }: Input, asker: Asker) => [
    await boundedResource(naming, named, asker),
  ]
  const looked = async ({ named }: { readonly named: string }, asker: Asker) => [
    await entityResource(naming, named, asker),
  ]

  const put = operation<Input & { document: string }>({
    ...called(`Put${noun}Policy`),
    access: 'write',
    parse(fields) {
      const input = readPut(fields)
      parsePolicyDocument(input.document)
      return input
    },
    resources: changed,
    handsOver: ({ named, policyName, document }, asker) =>
      handOverAt(naming, named, {
        asker,
        edit: (row) => withPolicy(row, { policyName, managed: undefined, document }),
      }),
    trail: ({ named, policyName, document }) => ({
      requestParameters: { [recordedAs]: named, policyName, policyDocument: document },
    }),
    async run({ named, policyName, document }, call) {
      const { inline } = call.store.identities
      const { id } = await requireEntity(naming, named, call)
      const others = (await inline.list(id)).filter((policy) => policy.policyName !== policyName)
      const documents = [...others.map((policy) => policy.document), document]
      checkInlinePolicySize({ kind, name: named }, documents)
      await inline.put(id, { policyName, document })
      return {}
    },
  })

  const get = operation<Input>({
    ...called(`Get${noun}Policy`),
    access: 'read',
    parse,
    resources: looked,
    trail,
    async run(input, call) {
      const { id, name } = await requireEntity(naming, input.named, call)
      const policy = await call.store.identities.inline.get(id, input.policyName)
      if (policy === undefined) throw missing(input)
      return {
        [member]: name,
        PolicyName: policy.policyName,
        PolicyDocument: policyText(policy.document),
      }
    },
  })

  const remove = operation<Input>({
    ...called(`Delete${noun}Policy`),
    access: 'write',
    parse,
    resources: changed,
    // It may be a Deny that goes.
    handsOver: ({ named, policyName }, asker) =>
      handOverAt(naming, named, {
        asker,
        edit: (row) => withoutPolicy(row, { policyName, managed: undefined }),
      }),
    trail,
    async run(input, call) {
      const { id } = await requireEntity(naming, input.named, call)
      if (!(await call.store.identities.inline.delete(id, input.policyName))) throw missing(input)
      return {}
    },
  })

  const list = operation<{ named: string; page: Page }>({
    ...called(`List${noun}Policies`),
    access: 'read',
    parse: fromMembers((v) => ({ named: naming.read(v), page: readPage(v) })),
    resources: looked,
    trail: ({ named }) => ({ requestParameters: { [recordedAs]: named } }),
    async run({ named, page }, call) {
      const { id } = await requireEntity(naming, named, call)
      const policies = await call.store.identities.inline.list(id)
      const { rows, end } = pageOf(page, policies, ({ policyName }) => policyName)
      return { PolicyNames: rows.map(({ policyName }) => policyName), ...end }
    },
  })

  return [put, get, remove, list]
}
