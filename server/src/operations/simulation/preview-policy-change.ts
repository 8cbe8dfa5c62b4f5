import { invalidInput, noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { instanceName, type Instance } from '@fleetkey/domain/instance'
import { parsePolicyDocument } from '@fleetkey/iam/policy-document'
import { validate } from '@fleetkey/wire/aws/validation'
import type { HeldPolicy, Rights } from '../../store/identity-store.ts'
import { LONG_NAME } from '../iam/names.ts'
import { GROUP, requireEntity, ROLE, USER, type Naming } from '../iam/naming.ts'
import { findPolicy, readOptionalPolicyArn } from '../iam/policy-by-arn.ts'
import { entityResource, resourceOf } from '../iam/entity-resource.ts'
import { operation, type Asker, type World } from '../operation.ts'
import { osUsersNamedIn } from './os-users.ts'
import { ReachOf, type Reach } from './reach.ts'
import { everyRights, subjectOf } from './subject.ts'
import { takeTurns } from './turns.ts'

/** The policy that would be put, or taken away. */
type Target =
  | { readonly kind: 'managed'; readonly arn: string }
  | { readonly kind: 'inline'; readonly holder: Holder; readonly policyName: string }

interface Holder {
  readonly naming: Naming
  readonly name: string
}

interface Input {
  readonly target: Target
  /** Undefined: the policy would be gone. */
  readonly document: string | undefined
}

/** More pushes than this are not tried out in one request. */
const MAX_DECISIONS = 400_000
const MAX_CHANGES = 1000

/**
 * Who could reach which instance as whom, before and after a policy is replaced by another text: what changes, and nothing is changed. A new
 * inline policy is one whose name nobody has yet. Ours.
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
    v.finish(validationFailure)
    const [holder, ...more] = holders
    if (arn !== undefined && holder === undefined && policyName === undefined) {
      if (document !== undefined) parsePolicyDocument(document, 'managed')
      return { target: { kind: 'managed', arn }, document }
    }
    if (arn !== undefined || holder === undefined || more.length > 0 || policyName === undefined) {
      throw validationFailure(
        'Name a policy either by PolicyArn, or by PolicyName and one of UserName, GroupName, RoleName.',
      )
    }
    if (document !== undefined) parsePolicyDocument(document, 'identity')
    return { target: { kind: 'inline', holder, policyName }, document }
  },

  resources: async ({ target }, asker) => [await resourceOfTarget(target, asker)],
  trail: ({ target, document }) => ({
    requestParameters: {
      ...(target.kind === 'managed'
        ? { policyArn: target.arn }
        : { [target.holder.naming.recordedAs]: target.holder.name, policyName: target.policyName }),
      policyDocument: document,
    },
  }),

  async run({ target, document }, call) {
    const replace = await replacement(target, document, call)
    const instances = await call.store.instances.list()
    const changes: Change[] = []
    const turns = takeTurns()
    let count = 0
    let decisions = 0
    for await (const rights of everyRights(call)) {
      const changed = replace(rights)
      if (changed === undefined) continue
      const [before, after] = [subjectOf(rights, call), subjectOf(changed, call)]
      const reach = [new ReachOf(before, call.realm), new ReachOf(after, call.realm)] as const
      const osUsers = osUsersNamedIn([before.policies, after.policies])
      for (const instance of instances) {
        for (const osUser of osUsers) {
          decisions += 2
          if (decisions > MAX_DECISIONS) throw tooMany()
          await turns.next()
          const [was, becomes] = reach.map((one) => one.decide(instance, osUser))
          if (was === becomes || was === undefined || becomes === undefined) continue
          count += 1
          if (changes.length >= MAX_CHANGES) continue
          changes.push({ principalArn: before.arn, instance, osUser, was, becomes })
        }
      }
    }
    return { Changes: changes.map(shown), ChangeCount: count, IsTruncated: count > changes.length }
  },
})

interface Change {
  readonly principalArn: string
  readonly instance: Instance
  readonly osUser: string
  readonly was: Reach['kind']
  readonly becomes: Reach['kind']
}

const shown = ({ principalArn, instance, osUser, was, becomes }: Change) => ({
  PrincipalArn: principalArn,
  InstanceId: instance.instanceId,
  InstanceName: instanceName(instance),
  InstanceOSUser: osUser,
  Before: was,
  After: becomes,
})

const tooMany = () =>
  invalidInput(
    `This policy decides about more than ${MAX_DECISIONS} logins, which are not tried out in one request.`,
  )

async function resourceOfTarget(target: Target, asker: Asker) {
  if (target.kind === 'inline') {
    return await entityResource(target.holder.naming, target.holder.name, asker)
  }
  const policy = await findPolicy(target.arn, asker)
  return policy === undefined ? { arn: target.arn } : resourceOf(policy, asker)
}

/** How the change would show in somebody's rights; undefined where it would not. */
async function replacement(
  target: Target,
  document: string | undefined,
  world: World,
): Promise<(rights: Rights) => Rights | undefined> {
  if (target.kind === 'managed') {
    const policy = await findPolicy(target.arn, world)
    if (policy === undefined) throw noSuchEntity(`policy ${target.arn}`)
    return (rights) => replaceManaged(rights, policy.id, document)
  }
  const { naming, name } = target.holder
  const { kind } = await requireEntity(naming, name, world)
  return ({ entity, policies, ...rest }) => {
    const holds = entity.kind === kind ? entity.name === name : rest.groups.includes(name)
    if (!holds || (kind !== 'user' && kind !== 'group' && kind !== 'role')) return undefined
    const others = policies.filter(
      (policy) =>
        policy.managed !== undefined ||
        policy.policyName !== target.policyName ||
        policy.holder.kind !== kind ||
        policy.holder.name !== name,
    )
    const put: HeldPolicy[] =
      document === undefined
        ? []
        : [{ holder: { kind, name }, policyName: target.policyName, managed: undefined, document }]
    return { entity, ...rest, policies: [...others, ...put] }
  }
}

function replaceManaged(
  rights: Rights,
  policyId: string,
  document: string | undefined,
): Rights | undefined {
  const isIt = (policy: Rights['boundary']) => policy?.managed?.policyId === policyId
  if (!rights.policies.some(isIt) && !isIt(rights.boundary)) return undefined
  const policies = rights.policies.flatMap((policy) => {
    if (!isIt(policy)) return [policy]
    return document === undefined ? [] : [{ ...policy, document }]
  })
  const { boundary } = rights
  // A boundary cannot be deleted while it is one; as a question it means "without it".
  const bounded = boundary !== undefined && isIt(boundary)
  const newBoundary = document === undefined ? undefined : boundary && { ...boundary, document }
  return { ...rights, policies, boundary: bounded ? newBoundary : boundary }
}
