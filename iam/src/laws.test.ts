import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { AccessRequest } from './access-request.ts'
import { evaluate } from './evaluate.ts'
import { parsePolicyDocument } from './policy-document.ts'
import { policyKinds, type NamedPolicy, type PolicyKind, type PolicySet } from './policy-set.ts'
import { readPolicies } from './readings.ts'
import type { DocumentKind } from './statement.ts'

// What holds for all policies and requests, whatever they say.

type Statement = Readonly<Record<string, unknown>>

/** A policy set as JSON: statements of each policy. */
interface Written {
  readonly identity: readonly (readonly Statement[])[]
  readonly boundary?: readonly Statement[] | undefined
  readonly session?: readonly (readonly Statement[])[] | undefined
  readonly trust?: readonly Statement[] | undefined
}

const ACCOUNT = '111122223333'
const role = `arn:aws:iam::${ACCOUNT}:role/deploy`
const instance = `arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/i-0abc`
const principals = [
  `arn:aws:iam::${ACCOUNT}:user/alice`,
  `arn:aws:sts::${ACCOUNT}:assumed-role/ci/build`,
  'arn:aws:iam::444455556666:user/eve',
]

const positive = fc.constantFrom<object>(
  {},
  { StringEquals: { 'ec2:osuser': 'deploy' } },
  { StringLike: { 'aws:ResourceTag/env': ['st*', 'dev'] } },
  { 'ForAnyValue:StringLike': { 'aws:TagKeys': 'a*' } },
  { NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' }, Bool: { 'aws:SecureTransport': true } },
  { StringEquals: { 'ec2:osuser': '${aws:username}' } },
)
const condition = fc.oneof(
  positive,
  fc.constantFrom<object>(
    { StringNotEquals: { 'ec2:osuser': 'deploy' } },
    { 'ForAllValues:StringLike': { 'aws:TagKeys': 'a*' } },
    { Null: { 'aws:ResourceTag/env': true } },
    { BoolIfExists: { 'aws:SecureTransport': true } },
    { StringNotLike: { 'aws:ResourceTag/env': '${ec2:osuser}' } },
  ),
)
const effect = fc.constantFrom('Allow', 'Allow', 'Deny')
const action = fc.oneof(
  fc.record({ Action: fc.constantFrom('*', 's3:*', 'sts:Assume*', 'ec2-instance-connect:Send*') }),
  fc.record({ NotAction: fc.constantFrom('s3:*', 'sts:AssumeRole') }),
)
const trustAction = fc.oneof(
  fc.record({ Action: fc.constantFrom('*', 'sts:*', 'sts:Assume*', 'sts:TagSession') }),
  fc.record({ NotAction: fc.constantFrom('sts:TagSession', 'sts:AssumeRole') }),
)
const resource = fc.oneof(
  fc.record({ Resource: fc.constantFrom('*', 'arn:aws:ec2:*', `arn:aws:iam::*:role/d?ploy`) }),
  fc.record({ NotResource: fc.constantFrom(instance, 'arn:aws:iam::*:role/${aws:username}') }),
)
const principal = fc.record({
  Principal: fc.record({
    AWS: fc.array(
      fc.constantFrom('*', ACCOUNT, 'AROAEXAMPLE', `${role.slice(0, -6)}ci`, ...principals),
      {
        minLength: 1,
        maxLength: 2,
      },
    ),
  }),
})
const statementOf = (...elements: fc.Arbitrary<object>[]): fc.Arbitrary<Statement> =>
  fc.tuple(...elements).map((parts) => Object.assign({}, ...parts))
const conditions = condition.map((Condition) => ({ Condition }))
const effects = effect.map((Effect) => ({ Effect }))
const one = statementOf(effects, action, resource, conditions)
const trusting = statementOf(effects, trustAction, principal, conditions)
const some = fc.array(one, { minLength: 1, maxLength: 4 })
const written: fc.Arbitrary<Written> = fc.record({
  identity: fc.array(some, { maxLength: 3 }),
  boundary: fc.option(some, { nil: undefined }),
  session: fc.option(fc.array(some, { minLength: 1, maxLength: 2 }), { nil: undefined }),
  trust: fc.option(fc.array(trusting, { minLength: 1, maxLength: 4 }), { nil: undefined }),
})

const context = fc.record(
  {
    'ec2:osuser': fc.constantFrom('deploy', 'root', 'alice'),
    'aws:username': fc.constantFrom('alice', 'deploy'),
    'aws:ResourceTag/env': fc.constantFrom('staging', 'prod', 'root'),
    'aws:TagKeys': fc.constantFrom<string[]>([], ['a'], ['a', 'b']),
    'aws:MultiFactorAuthAge': fc.constantFrom('1', '9999'),
    'aws:SecureTransport': fc.constantFrom('true', 'false'),
  },
  { requiredKeys: [] },
)
const request: fc.Arbitrary<AccessRequest> = fc.record({
  principal: fc.constantFrom(...principals),
  principalId: fc.constantFrom(undefined, 'AROAEXAMPLE:build'),
  action: fc.constantFrom(
    'ec2-instance-connect:SendSSHPublicKey',
    'sts:AssumeRole',
    's3:GetObject',
  ),
  resource: fc.constantFrom(role, instance),
  context: context.map((keys) => new Map(Object.entries(keys))),
})

const parse = (statements: readonly Statement[], kind: DocumentKind): NamedPolicy => ({
  name: 'policy',
  document: parsePolicyDocument(
    JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    kind,
  ),
})

const compile = ({ identity, boundary, session, trust }: Written): PolicySet => ({
  identity: identity.map((statements) => parse(statements, 'identity')),
  boundary: boundary && parse(boundary, 'managed'),
  session: session?.map((statements) => parse(statements, 'session')),
  trust: trust && parse(trust.map(ofSts), 'trust'),
})

/** A trust policy has actions of STS alone. */
function ofSts(statement: Statement): Statement {
  if (statement['NotAction'] === 's3:*') return { ...statement, NotAction: 'sts:TagSession' }
  const { Action: action = '*' } = statement
  const isOfSts = typeof action === 'string' && /^(sts:.*|\*)$/.test(action)
  return isOfSts ? statement : { ...statement, Action: 'sts:TagSession' }
}

const decide = (asked: AccessRequest, policies: Written) => evaluate(asked, compile(policies))

/** The set with one statement more in a policy of each of these kinds; absent kinds stay absent. */
function withStatement(policies: Written, kinds: readonly PolicyKind[], more: Statement): Written {
  const { Effect, Condition = {}, Principal = { AWS: '*' } } = more
  // A trust policy has no resources and names actions of STS alone.
  const Action = more['Action'] === '*' ? '*' : 'sts:Assume*'
  const add = (list: readonly Statement[]) => [more, ...list]
  const { identity, boundary, session, trust } = policies
  return {
    identity: kinds.includes('identity') ? [...identity, [more]] : identity,
    boundary: kinds.includes('boundary') ? boundary && add(boundary) : boundary,
    session: kinds.includes('session') ? session && [[more], ...session] : session,
    trust: kinds.includes('trust')
      ? trust && [{ Effect, Action, Principal, Condition }, ...trust]
      : trust,
  }
}

const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
const law = (property: (asked: AccessRequest, policies: Written, more: Statement) => void) =>
  fc.assert(fc.property(request, written, one, property), { numRuns: 250 })

describe('laws of evaluation', () => {
  it('a Deny more, in a policy of any kind, never makes an allow', () => {
    law((asked, policies, more) => {
      if (decide(asked, policies).kind === 'allowed') return
      for (const kind of policyKinds) {
        const denying = withStatement(policies, [kind], { ...more, Effect: 'Deny' })
        assert.notEqual(decide(asked, denying).kind, 'allowed', kind)
      }
    })
  })

  it('a Deny that applies makes an explicit deny, in whichever kind', () => {
    law((asked, policies) => {
      for (const kind of policyKinds) {
        const denying = withStatement(policies, [kind], { ...everything, Effect: 'Deny' })
        if (kind !== 'identity' && policies[kind] === undefined) continue
        assert.equal(decide(asked, denying).kind, 'explicitDeny', kind)
      }
    })
  })

  it('an Allow more, in a policy that is there, never takes an allow away', () => {
    law((asked, policies, more) => {
      if (decide(asked, policies).kind !== 'allowed') return
      for (const kind of policyKinds) {
        const allowing = withStatement(policies, [kind], { ...more, Effect: 'Allow' })
        assert.equal(decide(asked, allowing).kind, 'allowed', kind)
      }
    })
  })

  it('a boundary or a session policy never adds anything', () => {
    law((asked, policies) => {
      if (decide(asked, policies).kind !== 'allowed') return
      assert.equal(decide(asked, { ...policies, boundary: undefined }).kind, 'allowed')
      assert.equal(decide(asked, { ...policies, session: undefined }).kind, 'allowed')
    })
  })

  it('a boundary or a session policy that allows everything takes nothing away', () => {
    law((asked, policies) => {
      const without = { ...policies, boundary: undefined, session: undefined }
      const wide = { ...policies, boundary: [everything], session: [[everything]] }
      assert.equal(decide(asked, wide).kind, decide(asked, without).kind)
    })
  })

  it('a role is never assumed against its trust policy', () => {
    law((asked, policies) => {
      const nobody = { ...policies, trust: [{ ...trustOf('AIDANOBODY'), Action: '*' }] }
      assert.notEqual(decide(asked, nobody).kind, 'allowed')
    })
  })

  it('the order of statements, policies and their spread play no part', () => {
    law((asked, policies) => {
      const { identity, boundary, session, trust } = policies
      const other = {
        identity: identity
          .flat()
          .toReversed()
          .map((statement) => [statement]),
        boundary: boundary?.toReversed(),
        session: session?.toReversed().map((statements) => statements.toReversed()),
        trust: trust?.toReversed(),
      }
      const [before, after] = [decide(asked, policies), decide(asked, other)]
      assert.equal(after.kind, before.kind)
      if (before.kind === 'implicitDeny' && after.kind === 'implicitDeny') {
        assert.deepEqual(after.missing, before.missing)
      }
    })
  })

  it('the letter case of the action and of condition keys plays no part', () => {
    law((asked, policies) => {
      const shouted = {
        ...asked,
        action: asked.action.toUpperCase(),
        context: new Map([...asked.context].map(([key, value]) => [key.toUpperCase(), value])),
      }
      assert.equal(decide(shouted, policies).kind, decide(asked, policies).kind)
    })
  })

  it('with Allows under positive conditions alone, a request that says less is allowed no more', () => {
    const plain = statementOf(
      fc.constant({ Effect: 'Allow' }),
      action,
      fc.constant({ Resource: '*' }),
      positive.map((Condition) => ({ Condition })),
    )
    fc.assert(
      fc.property(request, fc.array(plain, { minLength: 1, maxLength: 4 }), (asked, statements) => {
        if (decide(asked, { identity: [statements] }).kind === 'allowed') return
        for (const key of asked.context.keys()) {
          const less = new Map([...asked.context].filter(([name]) => name !== key))
          const decision = decide({ ...asked, context: less }, { identity: [statements] })
          assert.notEqual(decision.kind, 'allowed', key)
        }
      }),
      { numRuns: 250 },
    )
  })
})

const trustOf = (name: string) => ({ Effect: 'Allow', Action: '*', Principal: { AWS: name } })

describe('what a decision says of itself', () => {
  it('agrees with the reading of every statement', () => {
    law((asked, policies) => {
      const set = compile(policies)
      const decision = evaluate(asked, set)
      const applying = readPolicies(asked, set).filter(({ outcome }) => outcome.kind === 'applies')
      const denies = applying.filter(({ statement }) => statement.effect === 'Deny')
      assert.equal(decision.kind === 'explicitDeny', denies.length > 0)
      const deciders = decision.kind === 'allowed' ? [decision.decidedBy, ...decision.within] : []
      if (decision.kind === 'explicitDeny') deciders.push(decision.decidedBy)
      for (const { kind, policy, statement } of deciders) {
        assert.ok(
          applying.some(
            (reading) =>
              reading.kind === kind && reading.policy === policy && reading.statement === statement,
          ),
        )
      }
      if (policies.trust !== undefined || denies.length > 0) return
      const needed = policyKinds.filter((kind) => kind === 'identity' || policies[kind])
      const lacking = needed.filter((kind) => !applying.some((reading) => reading.kind === kind))
      assert.deepEqual(decision.kind === 'implicitDeny' ? decision.missing : [], lacking)
    })
  })

  it('names as missing just what would have to allow: all of it allows, less of it does not', () => {
    law((asked, policies) => {
      const decision = decide(asked, policies)
      if (decision.kind !== 'implicitDeny') return
      const { missing } = decision
      const more = { ...everything, Principal: { AWS: asked.principal } }
      const filled = (kinds: readonly PolicyKind[]) => {
        const { Principal: _, ...plain } = more
        const identities = withStatement(
          policies,
          kinds.filter((kind) => kind !== 'trust'),
          plain,
        )
        return kinds.includes('trust') ? withStatement(identities, ['trust'], more) : identities
      }
      assert.ok(missing.length > 0)
      assert.equal(decide(asked, filled(missing)).kind, 'allowed')
      for (const kind of missing) {
        const others = missing.filter((other) => other !== kind)
        assert.deepEqual(decide(asked, filled(others)).kind, 'implicitDeny', kind)
      }
    })
  })
})
