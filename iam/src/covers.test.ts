import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { uncovered } from './covers.ts'
import type { Standing } from './covers/standing.ts'
import { explainUncovered } from './explain-uncovered.ts'
import { parsePolicyDocument } from './policy-document.ts'
import type { NamedPolicy } from './policy-set.ts'
import type { ContextValue } from './request-context.ts'

type Json = Readonly<Record<string, unknown>>

const policy = (name: string, ...statements: readonly Json[]): NamedPolicy => ({
  name,
  document: parsePolicyDocument(JSON.stringify({ Version: '2012-10-17', Statement: statements })),
})

const allow = (Action: unknown, Resource: unknown, Condition: Json = {}): Json => ({
  Effect: 'Allow',
  Action,
  Resource,
  Condition,
})
const deny = (Action: unknown, Resource: unknown, Condition: Json = {}): Json => ({
  ...allow(Action, Resource, Condition),
  Effect: 'Deny',
})

interface Limits {
  readonly boundary?: readonly Json[]
  readonly session?: readonly Json[]
  readonly keys?: Readonly<Record<string, ContextValue>>
}

const somebody = (
  statements: readonly Json[],
  { boundary, session, keys = {} }: Limits = {},
): Standing => ({
  policies: {
    identity: statements.map((statement, index) => policy(`policy ${index + 1}`, statement)),
    boundary: boundary && policy('boundary', ...boundary),
    session: session && [policy('session policy', ...session)],
  },
  keys: new Map(Object.entries(keys)),
})

const nobody = somebody([])

/** Why `holder` may not hand out `statements` to somebody who had nothing. */
function refusal(holder: Standing, ...statements: readonly Json[]): string | undefined {
  const found = uncovered(holder, { before: nobody, after: somebody(statements) })
  return found && explainUncovered(found)
}

function hands(holder: Standing, ...statements: readonly Json[]): boolean {
  return refusal(holder, ...statements) === undefined
}

const push = 'ec2-instance-connect:SendSSHPublicKey'
const dev = { StringEquals: { 'aws:ResourceTag/env': 'dev' } }
const web = (id: string) => `arn:aws:ec2:eu-west-1:111122223333:instance/${id}`

describe('an administrator', () => {
  const admin = somebody([allow('*', '*')])

  it('hands out anything', () => {
    assert.ok(hands(admin, allow('*', '*')))
    assert.ok(
      hands(admin, allow([push, 'iam:*'], [web('i-1'), '*'], dev), {
        Effect: 'Allow',
        NotAction: 'iam:*',
        NotResource: web('*'),
      }),
    )
    assert.ok(hands(admin, allow(push, 'arn:aws:ec2:*:*:instance/${aws:username}')))
  })

  it('with a boundary hands out what is within it', () => {
    const bounded = somebody([allow('*', '*')], { boundary: [allow('ec2:*', '*')] })
    assert.ok(hands(bounded, allow('ec2:Describe*', '*')))
    assert.ok(!hands(bounded, allow(push, '*')))
  })

  it('in a session hands out what the session may do', () => {
    const session = somebody([allow('*', '*')], { session: [allow(push, '*')] })
    assert.ok(hands(session, allow(push, web('i-1'))))
    assert.ok(!hands(session, allow('*', '*')))
    assert.ok(
      !hands(
        { ...session, policies: { ...session.policies, session: [] } },
        allow(push, web('i-1')),
      ),
    )
  })

  it('who needs a second factor hands out what it opened', () => {
    const mfa = [
      allow('*', '*'),
      deny('*', '*', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }),
    ]
    assert.ok(
      hands(somebody(mfa, { keys: { 'aws:MultiFactorAuthPresent': 'true' } }), allow('*', '*')),
    )
    assert.ok(!hands(somebody(mfa), allow('*', '*')))
  })
})

describe('a team lead', () => {
  const lead = somebody([allow(push, '*', dev)])

  it('hands out the same, and less of it', () => {
    assert.ok(hands(lead, allow(push, '*', dev)))
    assert.ok(hands(lead, allow(push.toLowerCase(), web('*'), dev)))
    assert.ok(
      hands(
        lead,
        allow(push, '*', { StringEquals: { ...dev.StringEquals, 'ec2:osuser': 'deploy' } }),
      ),
    )
  })

  it('does not hand out more', () => {
    assert.ok(!hands(lead, allow(push, '*')))
    assert.ok(!hands(lead, allow('ec2-instance-connect:*', '*', dev)))
    assert.ok(
      !hands(lead, allow(push, '*', { StringEquals: { 'aws:ResourceTag/env': ['dev', 'prod'] } })),
    )
    assert.ok(!hands(lead, allow(push, '*', { StringEqualsIfExists: dev.StringEquals })))
    assert.ok(!hands(lead, { Effect: 'Allow', NotAction: 'iam:*', Resource: '*', Condition: dev }))
  })

  it('hands out parts of several statements in one', () => {
    const both = somebody([allow(push, web('i-1')), allow(['ec2:Describe*', push], web('i-2'))])
    assert.ok(hands(both, allow(push, [web('i-1'), web('i-2')])))
    assert.ok(!hands(both, allow(['ec2:DescribeTags', push], [web('i-1'), web('i-2')])))
  })

  it('hands out what a policy allows them by name, to nobody of another name', () => {
    const key = 'arn:aws:iam::111122223333:user/${aws:username}'
    const alice = somebody([allow('iam:CreateAccessKey', key)], {
      keys: { 'aws:username': 'alice' },
    })
    assert.ok(hands(alice, allow('iam:CreateAccessKey', key.replace('${aws:username}', 'alice'))))
    assert.ok(!hands(alice, allow('iam:CreateAccessKey', key)))
  })

  it('hands out nothing that they are denied', () => {
    const fenced = somebody([
      allow(push, '*'),
      deny(push, '*', { StringEquals: { 'aws:ResourceTag/env': 'prod' } }),
    ])
    assert.ok(!hands(fenced, allow(push, '*')))
    assert.ok(hands(fenced, allow(push, '*', dev)))
    assert.ok(
      hands(
        fenced,
        allow(push, '*'),
        deny('*', '*', { StringLike: { 'aws:ResourceTag/env': 'prod*' } }),
      ),
    )
    assert.ok(
      !hands(
        fenced,
        allow(push, '*'),
        deny(push, '*', { StringEquals: { 'aws:ResourceTag/env': 'prod', 'ec2:osuser': 'root' } }),
      ),
    )
  })

  it('hands out anything to whoever is bounded by what they hold', () => {
    const given = (boundary: readonly Json[]) => ({
      before: nobody,
      after: somebody([allow('*', '*')], { boundary }),
    })
    assert.equal(uncovered(lead, given([allow(push, web('*'), dev)])), undefined)
    assert.ok(uncovered(lead, given([allow(push, web('*'))])))
  })
})

describe('a change', () => {
  const change = (before: Standing | undefined, after: Standing) =>
    uncovered(nobody, { before, after })
  const rights = [allow(push, '*', dev), allow('ec2:*', '*')]

  it('that gives nothing new asks for nothing', () => {
    assert.equal(change(somebody(rights), somebody(rights)), undefined)
    assert.equal(change(somebody(rights), somebody(rights.slice(1))), undefined)
    assert.equal(change(somebody(rights), somebody([...rights, deny('*', '*')])), undefined)
    assert.equal(
      change(somebody(rights), somebody(rights, { boundary: [allow(push, '*')] })),
      undefined,
    )
  })

  it('that takes a Deny away gives what it denied', () => {
    assert.ok(change(somebody([...rights, deny(push, '*')]), somebody(rights)))
    assert.equal(change(somebody([...rights, deny('iam:*', '*')]), somebody(rights)), undefined)
  })

  it('that widens a limit gives what was behind it', () => {
    assert.ok(change(somebody(rights, { boundary: [allow('ec2:*', '*')] }), somebody(rights)))
    assert.ok(change(somebody(rights, { session: [allow('ec2:*', '*')] }), somebody(rights)))
    assert.equal(
      change(
        somebody(rights, { boundary: [allow('ec2:*', '*')] }),
        somebody(rights, { boundary: [allow('ec2:D*', '*')] }),
      ),
      undefined,
    )
  })

  it('of a name or a tag gives what policies allow by it', () => {
    const mine = [
      allow(push, web('${aws:username}'), { StringEquals: { 'aws:PrincipalTag/team': 'red' } }),
    ]
    const of = (name: string, team: string) =>
      somebody(mine, { keys: { 'aws:username': name, 'aws:PrincipalTag/team': team } })
    assert.equal(change(of('a', 'red'), of('a', 'red')), undefined)
    assert.ok(change(of('a', 'red'), of('b', 'red')))
    assert.ok(change(of('a', 'blue'), of('a', 'red')))
    assert.equal(change(of('a', 'red'), of('a', 'blue')), undefined)
  })

  it('of place gives all of it (a key of somebody else)', () => {
    assert.ok(change(undefined, somebody(rights)))
    assert.equal(change(undefined, nobody), undefined)
    assert.equal(uncovered(somebody(rights), { after: somebody(rights) }), undefined)
  })
})

describe('a refusal', () => {
  it('names what is not held, and the nearest that is', () => {
    assert.equal(
      refusal(somebody([allow(push, '*', dev)]), allow([push, 'ec2:*'], '*')),
      `Statement 1 of policy 1 would allow "${push}" on "*", and statement 1 of policy 1 allows you that only where StringEquals aws:ResourceTag/env is "dev".\nPut the same condition into the statement, or let somebody do this who may fleetkey:GrantAnyPermission.`,
    )
    assert.equal(
      refusal(nobody, { Sid: 'All', Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }),
      'Statement "All" of policy 1 would allow all but "iam:*" on "*", and no statement of your policies allows you that.\nHand out only what you may do yourself, or let somebody do this who may fleetkey:GrantAnyPermission.',
    )
    assert.equal(
      refusal(somebody([allow('*', '*'), deny('iam:*', '*')]), allow('*', '*')),
      'Statement 1 of policy 1 would allow "*" on "*", and statement 1 of policy 2 denies you some of that.\nLeave that out, put the same Deny beside it, or let somebody do this who may fleetkey:GrantAnyPermission.',
    )
  })

  it('comes soon, whatever there is to compare', () => {
    const many = (prefix: string) =>
      Array.from({ length: 600 }, (_, index) => `${prefix}${index}*a*a`)
    const large = (prefix: string) => [allow(many(`a:${prefix}`), many(`arn:aws:s3:::${prefix}`))]
    const start = performance.now()
    assert.match(
      String(refusal(somebody([...large('x'), ...large('y'), ...large('z')]), ...large('*'))),
      /too much|no statement/,
    )
    assert.ok(performance.now() - start < 3000)
  })
})
