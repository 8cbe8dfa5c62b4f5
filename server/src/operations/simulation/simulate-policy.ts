import { invalidInput } from '@fleetkey/domain/exceptions/iam'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { AccessRequest } from '@fleetkey/iam/access-request'
import { evaluate } from '@fleetkey/iam/evaluate'
import { explainDecision } from '@fleetkey/iam/explain'
import { eachKeyOnce, keysAskedFor } from '@fleetkey/iam/keys-asked-for'
import { parsePolicyDocument } from '@fleetkey/iam/policy-document'
import type { NamedPolicy, PolicySet } from '@fleetkey/iam/policy-set'
import type { Position } from '@fleetkey/iam/position'
import { readPolicies, type Reading } from '@fleetkey/iam/readings'
import type { ContextValue } from '@fleetkey/iam/request-context'
import type { Fields } from '@fleetkey/wire/aws/fields'
import { validate, type Members } from '@fleetkey/wire/aws/validation'
import { pageOf, readPage, type Page } from '../iam/paging.ts'
import { operation } from '../operation.ts'
import { readContextEntries } from './context-entries.ts'
import { policySourceByArn, type PolicySource } from './policy-source.ts'
import { subjectResource } from './subject.ts'
import { takeTurns } from './turns.ts'

interface Input {
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly context: ReadonlyMap<string, ContextValue>
  /** Of `PolicyInputList`. */
  readonly documents: readonly string[]
  /** Of `PermissionsBoundaryPolicyInputList`. */
  readonly boundary: string | undefined
  readonly page: Page
}

const MAX_DECISIONS = 10_000

/** Tries policies out that are in the request. IAM API reference, "SimulateCustomPolicy". */
export const simulateCustomPolicy = operation<Input>({
  name: 'SimulateCustomPolicy',
  service: 'iam',
  action: 'iam:SimulateCustomPolicy',
  access: 'read',
  parse(fields) {
    const input = parseSimulation(fields)
    if (input.documents.length === 0) throw validationFailure('PolicyInputList must not be empty.')
    return input
  },
  resources: () => [{ arn: '*' }],
  trail: ({ actions, resources }) => ({
    requestParameters: { actionNames: actions, resourceArns: resources },
  }),
  run(input, call) {
    const { policies, ids } = givenPolicies(input)
    return simulate(input, {
      principal: call.principalArn,
      principalId: undefined,
      policies,
      ids,
      context: input.context,
    })
  },
})

/**
 * Tries out what a user, a role or a group by itself may do, together with policies of the request if there are any; a boundary in the request takes the place
 * of its own. IAM API reference, "SimulatePrincipalPolicy".
 */
export const simulatePrincipalPolicy = operation<Input & { source: string }>({
  name: 'SimulatePrincipalPolicy',
  service: 'iam',
  action: 'iam:SimulatePrincipalPolicy',
  access: 'read',
  parse(fields) {
    const v = validate(fields)
    const source = v.requiredString('PolicySourceArn', { min: 20, max: 2048 })
    v.finish(validationFailure)
    return { ...parseSimulation(fields), source }
  },
  resources: async ({ source }, asker) => [await subjectResource(source, asker)],
  trail: ({ source, actions, resources }) => ({
    requestParameters: { policySourceArn: source, actionNames: actions, resourceArns: resources },
  }),
  async run(input, call) {
    const source = await policySourceByArn(input.source, call)
    const given = givenPolicies(input)
    const { boundary = source.policies.boundary, identity } = given.policies
    return simulate(input, {
      ...source,
      policies: {
        identity: [...source.policies.identity, ...identity],
        ...(boundary === undefined ? {} : { boundary }),
      },
      ids: new Map([...source.ids, ...given.ids]),
      context: new Map([...source.context, ...input.context]),
    })
  },
})

async function simulate(input: Input, source: PolicySource) {
  const { actions, resources, page } = input
  refuseTooMuch(input)
  const pairs = actions.flatMap((action) => resources.map((resource) => ({ action, resource })))
  if (pairs.length > MAX_DECISIONS) {
    throw invalidInput(`At most ${MAX_DECISIONS} actions × resources are simulated in one request.`)
  }
  const numbered = pairs.map((pair, index) => ({ ...pair, place: String(index).padStart(6, '0') }))
  const { rows, end } = pageOf(page, numbered, ({ place }) => place)
  const results = []
  const turns = takeTurns()
  for (const { action, resource } of rows) {
    results.push(result(action, resource, source))
    await turns.next()
  }
  return { EvaluationResults: results, ...end }
}

/** Every pattern may have to be compared with every value, in one go: some 0.2 s for what was made for it. */
const MAX_COMPARED = 2 ** 25

function refuseTooMuch({ documents, boundary = '', context, resources }: Input): void {
  const policies = lengthOf([...documents, boundary])
  const compared = lengthOf([...context.values()].flat()) + Math.max(...lengths(resources))
  if (policies * compared <= MAX_COMPARED) return
  throw invalidInput(
    'These policies are too long to be tried out with context entries and resources as long as these.',
  )
}

const lengths = (texts: readonly string[]) => texts.map((text) => text.length)

/** With one for each, as none is compared for nothing. */
const lengthOf = (texts: readonly string[]) =>
  lengths(texts).reduce((sum, length) => sum + length + 1, 0)

function result(action: string, resource: string, source: PolicySource) {
  const { policies, context } = source
  const request: AccessRequest = { ...source, action, resource }
  const decision = evaluate(request, policies)
  const readings = readPolicies(request, policies).filter(
    ({ outcome }) => outcome.kind !== 'otherAction',
  )
  const known = new Set([...context.keys()].map((key) => key.toLowerCase()))
  const asked = readings.flatMap(({ statement, policy }) =>
    keysAskedFor(statement, policy.document.version),
  )
  const missing = eachKeyOnce(asked).filter((key) => !known.has(key.toLowerCase()))
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: decision.kind,
    MatchedStatements: readings
      .filter(({ outcome }) => outcome.kind === 'applies')
      // A Deny that applies decides alone.
      .filter(({ statement }) => decision.kind !== 'explicitDeny' || statement.effect === 'Deny')
      .map((reading) => matchedStatement(reading, source)),
    MissingContextValues: missing,
    ...(policies.boundary === undefined
      ? {}
      : {
          PermissionsBoundaryDecisionDetail: {
            AllowedByPermissionsBoundary:
              decision.kind === 'allowed' ||
              (decision.kind === 'implicitDeny' && !decision.missing.includes('boundary')),
          },
        }),
    // Ours: why, and the least change that would allow it.
    Explanation: explainDecision(decision, request),
  }
}

/** Positions and type as AWS's simulator answers them; `StatementId` is ours. */
function matchedStatement({ policy, statement }: Reading, { ids }: PolicySource) {
  const position = ({ line, column }: Position) => ({ Line: line, Column: column })
  return {
    SourcePolicyId: ids.get(policy) ?? policy.name,
    // What AWS answers for all of these; the types that its model lists never come.
    SourcePolicyType: 'IAM Policy',
    StartPosition: position(statement.start),
    EndPosition: position(statement.end),
    StatementId: statement.sid ?? String(statement.number),
  }
}

function givenPolicies({ documents, boundary }: Input): Pick<PolicySource, 'policies' | 'ids'> {
  const named = (text: string, name: string): NamedPolicy => ({
    name,
    document: parsePolicyDocument(text, 'identity'),
  })
  const policies: PolicySet = {
    identity: documents.map((text, index) => named(text, `PolicyInputList.${index + 1}`)),
    ...(boundary === undefined
      ? {}
      : { boundary: named(boundary, 'PermissionsBoundaryPolicyInputList.1') }),
  }
  const all = [...policies.identity, ...(policies.boundary ? [policies.boundary] : [])]
  return { policies, ids: new Map(all.map((policy) => [policy, policy.name])) }
}

const ACTION = { min: 3, max: 128, pattern: /^(\*|[\w-]+:[\w-]+)$/ }
const ARN = { min: 1, max: 2048 }
const DOCUMENT = { min: 1, max: 131_072 }

function parseSimulation(fields: Fields): Input {
  const v = validate(fields)
  const actions = v.stringList('ActionNames', { min: 1, max: 1000, each: ACTION })
  const arns = v.stringList('ResourceArns', { max: 1000, each: ARN })
  const documents = v.stringList('PolicyInputList', { max: 100, each: DOCUMENT })
  const boundaries = v.stringList('PermissionsBoundaryPolicyInputList', { max: 1, each: DOCUMENT })
  refuseWhatIsNotSimulated(v)
  const context = readContextEntries(v)
  const page = readPage(v)
  v.finish(validationFailure)
  const resources = arns.length === 0 ? ['*'] : arns
  return { actions, resources, context, documents, boundary: boundaries[0], page }
}

/** Skipping them would answer another question than was asked. */
function refuseWhatIsNotSimulated(v: Members): void {
  for (const member of ['ResourcePolicy', 'CallerArn', 'ResourceHandlingOption']) {
    if (v.optionalString(member) !== undefined) {
      throw invalidInput(`${member} is not simulated here.`)
    }
  }
}
