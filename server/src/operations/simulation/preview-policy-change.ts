import { noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { documentOf } from '@fleetkey/iam/apply/document'
import type { Step } from '@fleetkey/iam/apply/step'
import { parsePolicyDocument } from '@fleetkey/iam/policy-document'
import { validate } from '@fleetkey/wire/aws/validation'
import { LONG_NAME } from '../iam/names.ts'
import { GROUP, requireEntity, ROLE, USER, type Naming } from '../iam/naming.ts'
import { demandOwnPolicy, findPolicy, readOptionalPolicyArn } from '../iam/policy-by-arn.ts'
import { entityResource, resourceOf } from '../iam/entity-resource.ts'
import { operation, type Asker, type Resource, type World } from '../operation.ts'
import { afterSteps, refusedIn } from './after-steps.ts'
import { instanceNamesFor } from './instance-names.ts'
import { policiesNamedIn, readPlannedCalls, stepOfCall, type PlannedCall } from './planned-call.ts'
import { reachChanges, type ReachChange } from './reach-changes.ts'
import { readConcerned } from './read-concerned.ts'

/** What would be changed: a policy that is put or taken away, or whatever some calls of IAM's change. */
type Input =
  | { readonly kind: 'managed'; readonly arn: string; readonly document: string | undefined }
  | {
      readonly kind: 'inline'
      readonly holder: Holder
      readonly policyName: string
      /** Undefined: the policy would be gone. */
      readonly document: string | undefined
    }
  | { readonly kind: 'calls'; readonly calls: readonly PlannedCall[] }

interface Holder {
  readonly naming: Naming
  readonly name: string
}

/**
 * Who could reach which instance as whom, before and after a change, which is not made: of a policy's text, or by the calls that are given,
 * in their order. A new inline policy is one whose name nobody has yet. `PrincipalsTried` of `PrincipalCount` whose policies change were
 * tried out; the rest was too much for one request. Instances are named to whoever may list them. Ours.
 */
export const previewPolicyChange = operation<Input>({
  name: 'PreviewPolicyChange',
  service: 'fleetkey',
  action: 'fleetkey:PreviewPolicyChange',
  access: 'read',

  parse(fields) {
    const v = validate(fields)
    const document = v.optionalString('PolicyDocument', { min: 1, max: 131_072 })
    const arn = readOptionalPolicyArn(v, 'PolicyArn')
    const holders = [USER, GROUP, ROLE].flatMap((naming): Holder[] => {
      const name = v.optionalString(naming.member, LONG_NAME)
      return name === undefined ? [] : [{ naming, name }]
    })
    const policyName = v.optionalString('PolicyName', LONG_NAME)
    const calls = readPlannedCalls(v)
    v.finish(validationFailure)
    const [holder, ...more] = holders
    const named = [arn, holder, policyName, document].filter((one) => one !== undefined)
    if (calls.length > 0 && named.length === 0) return { kind: 'calls', calls }
    if (calls.length > 0) throw ambiguous()
    if (arn !== undefined && holder === undefined && policyName === undefined) {
      if (document !== undefined) parsePolicyDocument(document, 'managed')
      return { kind: 'managed', arn, document }
    }
    if (arn !== undefined || holder === undefined || more.length > 0 || policyName === undefined) {
      throw ambiguous()
    }
    if (document !== undefined) parsePolicyDocument(document, 'identity')
    return { kind: 'inline', holder, policyName, document }
  },

  resources: (input, asker) => resourcesOf(input, asker),
  trail: (input) => ({ requestParameters: shownInput(input) }),

  async run(input, call) {
    const steps = await stepsOf(input, call)
    const { directory, account, ids } = await readConcerned(steps, call)
    // A policy that is held cannot be deleted; as a question it means "without it".
    const judged = input.kind === 'calls' ? { refuses: refusedIn(account) } : {}
    const after = await afterSteps(steps, directory, judged)
    const states = {
      before: { directory, account },
      after: { directory: after, account },
      ids,
    }
    const { changes, count, principals, tried } = await reachChanges(states, call)
    const nameOf = instanceNamesFor(call)
    return {
      Changes: changes.map((change) => ({ ...shown(change), ...nameOf(change.instance) })),
      ChangeCount: count,
      IsTruncated: count > changes.length,
      PrincipalCount: principals,
      PrincipalsTried: tried,
    }
  },
})

const ambiguous = () =>
  validationFailure(
    'Name a policy by PolicyArn, or by PolicyName and one of UserName, GroupName, RoleName; or give Calls alone.',
  )

const shown = ({ principalArn, instance, osUser, was, becomes }: ReachChange) => ({
  PrincipalArn: principalArn,
  InstanceId: instance.instanceId,
  InstanceOSUser: osUser,
  Before: was,
  After: becomes,
})

/** Calls are many and long: the record says which and of whom, not every policy. */
const MOST_SHOWN = 50

function shownInput(input: Input): Readonly<Record<string, unknown>> {
  switch (input.kind) {
    case 'managed':
      return { policyArn: input.arn, policyDocument: input.document }
    case 'inline': {
      const { holder, policyName, document } = input
      return { [holder.naming.recordedAs]: holder.name, policyName, policyDocument: document }
    }
    case 'calls':
      return {
        callCount: input.calls.length,
        calls: input.calls
          .slice(0, MOST_SHOWN)
          .map(({ operation, userName, groupName, roleName, policyName, policyArn }) => ({
            operation,
            userName,
            groupName,
            roleName,
            policyName,
            policyArn,
          })),
      }
  }
}

/** Into all that it is about somebody must be allowed to look. */
async function resourcesOf(input: Input, asker: Asker): Promise<readonly Resource[]> {
  switch (input.kind) {
    case 'managed':
      return [await policyResource(input.arn, asker)]
    case 'inline':
      return [await entityResource(input.holder.naming, input.holder.name, asker)]
    case 'calls': {
      const holders = [
        [USER, input.calls.flatMap(({ userName }) => userName ?? [])],
        [GROUP, input.calls.flatMap(({ groupName }) => groupName ?? [])],
        [ROLE, input.calls.flatMap(({ roleName }) => roleName ?? [])],
      ] as const
      const resources = [
        ...policiesNamedIn(input.calls).map((arn) => policyResource(arn, asker)),
        ...holders.flatMap(([naming, names]) =>
          [...new Set(names)].map((name) => entityResource(naming, name, asker)),
        ),
      ]
      const found = await Promise.all(resources)
      // What is only made is nobody's yet.
      return found.length > 0 ? found : [{ arn: '*' }]
    }
  }
}

async function policyResource(arn: string, asker: Asker): Promise<Resource> {
  const policy = await findPolicy(arn, asker)
  return policy === undefined ? { arn } : resourceOf(policy, asker)
}

async function stepsOf(input: Input, world: World): Promise<readonly Step[]> {
  switch (input.kind) {
    case 'calls':
      await demandNoOtherPolicies(input.calls, world)
      return input.calls.flatMap((call) => stepOfCall(call, world.realm) ?? [])
    case 'managed': {
      const policy = await findPolicy(input.arn, world)
      if (policy === undefined) throw noSuchEntity(`policy ${input.arn}`)
      demandOwnPolicy(policy)
      const { name } = policy
      return input.document === undefined
        ? [{ kind: 'deletePolicy', name }]
        : [{ kind: 'changePolicy', name, document: documentOf(input.document) }]
    }
    case 'inline': {
      const { holder, policyName, document } = input
      const { kind, name } = await requireEntity(holder.naming, holder.name, world)
      if (kind !== 'user' && kind !== 'group' && kind !== 'role') return []
      const whose = { of: kind, name, policyName }
      return document === undefined
        ? [{ kind: 'deleteInline', ...whose }]
        : [{ kind: 'putInline', ...whose, document: documentOf(document) }]
    }
  }
}

/** Steps know policies by name. Of another path it is another policy, which nobody was asked about: its rights would be told. */
async function demandNoOtherPolicies(calls: readonly PlannedCall[], world: World): Promise<void> {
  for (const arn of policiesNamedIn(calls)) {
    const name = arn.slice(arn.lastIndexOf('/') + 1)
    const isOther =
      (await findPolicy(arn, world)) === undefined &&
      (await world.store.identities.policies.find(name, isOfAws(arn))) !== undefined
    if (isOther) throw noSuchEntity(`policy ${arn}`)
  }
}

const isOfAws = (arn: string): boolean => arn.split(':')[4] === 'aws'
