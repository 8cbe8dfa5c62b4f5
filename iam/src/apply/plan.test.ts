import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { evaluate } from '../evaluate.ts'
import { parsePolicyDocument } from '../policy-document.ts'
import type { ContextValue } from '../request-context.ts'
import {
  EMPTY_DIRECTORY,
  type Account,
  type Directory,
  type Group,
  type ManagedPolicy,
  type Provider,
  type Role,
  type User,
} from './directory.ts'
import { documentOf, type Document } from './document.ts'
import { ApplyFault } from './apply-fault.ts'
import { planSteps } from './plan.ts'
import { FENCE_NAME, FENCE_TEXT } from './rights.ts'
import { afterStep, type Step } from './step.ts'

const ACCOUNT_ID = '111122223333'
const account = (caller?: Account['caller']): Account => ({
  accountId: ACCOUNT_ID,
  partition: 'aws',
  awsPolicies: new Map(),
  caller,
})

const arn = (rest: string) => `arn:aws:iam::${ACCOUNT_ID}:${rest}`
const policyOf = (...statements: object[]): Document =>
  documentOf(JSON.stringify({ Version: '2012-10-17', Statement: statements }))
const allow = (...actions: string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' })
const deny = (...actions: string[]) => ({ Effect: 'Deny', Action: actions, Resource: '*' })

const user = (more: Partial<User> = {}): User => ({
  path: '/',
  attached: new Set(),
  inline: new Map(),
  boundary: undefined,
  tags: new Map(),
  ...more,
})
const group = (more: Partial<Group> = {}): Group => ({
  path: '/',
  attached: new Set(),
  inline: new Map(),
  members: new Set(),
  ...more,
})
const trust = (...principals: object[]): Document =>
  policyOf(
    ...principals.map((Principal) => ({
      Effect: 'Allow',
      Principal,
      Action: 'Federated' in Principal ? 'sts:AssumeRoleWithWebIdentity' : 'sts:AssumeRole',
    })),
  )
const role = (more: Partial<Role> = {}): Role => ({
  ...user(),
  trust: trust({ AWS: arn('user/u1') }),
  description: '',
  maxSessionSeconds: 3600,
  ...more,
})
const managed = (document: Document): ManagedPolicy => ({
  path: '/',
  description: '',
  document,
  tags: new Map(),
  otherVersions: [],
})
const directory = (more: Partial<Directory>): Directory => ({ ...EMPTY_DIRECTORY, ...more })

const prefixes = (before: Directory, steps: readonly Step[]): readonly Directory[] =>
  steps.reduce<readonly Directory[]>(
    (all, step) => [...all, afterStep(all.at(-1) ?? before, step)],
    [before],
  )

/** What is compared: all of it, each document in its one spelling, sets as lists. */
const snapshot = (one: Directory): string =>
  JSON.stringify(one, (_key, value: unknown) => {
    if (value instanceof Set) return [...(value as Set<string>)].toSorted()
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    if ('canonical' in value) return value.canonical
    const entries =
      value instanceof Map ? [...(value as Map<string, unknown>)] : Object.entries(value)
    return entries.toSorted(([a], [b]) => (a < b ? -1 : 1))
  })

const kinds = (steps: readonly Step[]): readonly string[] => steps.map(({ kind }) => kind)

describe('planSteps', () => {
  it('has nothing to do where nothing differs but the spelling', () => {
    const one = policyOf({ ...allow('ec2:A'), Sid: 'x' })
    const other = documentOf(
      '{"Statement":{"Sid":"x","Resource":["*"],"Action":"ec2:A","Effect":"Allow"},"Version":"2012-10-17"}',
    )
    const before = directory({ policies: new Map([['p', managed(one)]]) })
    const after = directory({ policies: new Map([['p', managed(other)]]) })
    assert.deepEqual(planSteps(before, after, account()), [])
  })
  it('makes policies and people before it ties them together', () => {
    const after = directory({
      policies: new Map([['p', managed(policyOf(allow('ec2:A')))]]),
      users: new Map([['u1', user({ boundary: 'p', attached: new Set(['p']) })]]),
      groups: new Map([['g1', group({ members: new Set(['u1']) })]]),
      roles: new Map([['r1', role()]]),
    })
    const steps = planSteps(EMPTY_DIRECTORY, after, account())
    assert.deepEqual(kinds(steps), [
      'createPolicy',
      'createGroup',
      'createUser',
      'createRole',
      'setTrust',
      'addMember',
      'attach',
    ])
  })
  it('takes a right away before it gives another', () => {
    const before = directory({
      users: new Map([['u1', user({ inline: new Map([['a', policyOf(allow('ec2:A'))]]) })]]),
    })
    const after = directory({
      users: new Map([['u1', user({ inline: new Map([['b', policyOf(allow('ec2:B'))]]) })]]),
    })
    assert.deepEqual(kinds(planSteps(before, after, account())), ['deleteInline', 'putInline'])
  })
  it('adds a Deny before it takes away the one that it replaces', () => {
    const before = directory({
      users: new Map([
        [
          'u1',
          user({
            inline: new Map([
              ['all', policyOf(allow('ec2:*'))],
              ['no', policyOf(deny('ec2:A', 'ec2:B'))],
            ]),
          }),
        ],
      ]),
    })
    const after = directory({
      users: new Map([
        [
          'u1',
          user({
            inline: new Map([
              ['all', policyOf(allow('ec2:*'))],
              ['not', policyOf(deny('ec2:A'))],
            ]),
          }),
        ],
      ]),
    })
    assert.deepEqual(kinds(planSteps(before, after, account())), ['putInline', 'deleteInline'])
  })
  it('takes a policy from who shall lose it before its text changes', () => {
    const before = directory({
      policies: new Map([['p', managed(policyOf(allow('ec2:A')))]]),
      users: new Map([
        ['u1', user({ attached: new Set(['p']) })],
        ['u2', user()],
      ]),
    })
    const after = directory({
      policies: new Map([['p', managed(policyOf(allow('ec2:B')))]]),
      users: new Map([
        ['u1', user()],
        ['u2', user({ attached: new Set(['p']) })],
      ]),
    })
    assert.deepEqual(kinds(planSteps(before, after, account())), [
      'detach',
      'changePolicy',
      'attach',
    ])
  })
  it('denies everything for the moment where no order is safe, and ends with that gone', () => {
    const before = directory({
      policies: new Map([
        ['p1', managed(policyOf(allow('ec2:A'), deny('ec2:B')))],
        ['p2', managed(policyOf(allow('ec2:B'), deny('ec2:A')))],
      ]),
      users: new Map([['u1', user({ attached: new Set(['p1', 'p2']) })]]),
    })
    const after = { ...before, users: new Map([['u1', user()]]) }
    const steps = planSteps(before, after, account())
    assert.deepEqual(kinds(steps), ['putInline', 'detach', 'detach', 'deleteInline'])
    const fence = { of: 'user', name: 'u1', policyName: FENCE_NAME }
    assert.deepEqual(steps.at(-1), { kind: 'deleteInline', ...fence })
    assert.throws(() => planSteps(before, after, account({ kind: 'user', name: 'u1' })), ApplyFault)
  })
  it('takes away what an earlier run left when it stopped', () => {
    const fenced = user({ inline: new Map([[FENCE_NAME, documentOf(FENCE_TEXT)]]) })
    const before = directory({ users: new Map([['u1', fenced]]) })
    const after = directory({ users: new Map([['u1', user()]]) })
    assert.deepEqual(kinds(planSteps(before, after, account())), ['deleteInline'])
  })
  it('leaves the caller its rights until the end: it still has to do the rest', () => {
    const admin = policyOf(allow('*'))
    const before = directory({
      users: new Map([['u1', user({ inline: new Map([['admin', admin]]) })]]),
      groups: new Map([['g1', group()]]),
    })
    const after = directory({
      users: new Map([
        ['u1', user()],
        ['u2', user()],
      ]),
      groups: new Map([
        ['g1', group({ inline: new Map([['admin', admin]]), members: new Set(['u1']) })],
      ]),
    })
    const steps = planSteps(before, after, account({ kind: 'user', name: 'u1' }))
    assert.equal(kinds(steps).at(-1), 'deleteInline')
    assert.equal(kinds(planSteps(before, after, account()))[1], 'deleteInline')
  })
  it('makes roles that trust each other', () => {
    const trusting = (name: string) => role({ trust: trust({ AWS: arn(`role/${name}`) }) })
    const after = directory({
      roles: new Map([
        ['r1', trusting('r2')],
        ['r2', trusting('r1')],
      ]),
    })
    const steps = planSteps(EMPTY_DIRECTORY, after, account())
    assert.deepEqual(kinds(steps), ['createRole', 'createRole', 'setTrust', 'setTrust'])
  })
  it('takes another spelling of a tag away first (it would take the new one along)', () => {
    const before = directory({ users: new Map([['u1', user({ tags: new Map([['Team', 'a']]) })]]) })
    const after = directory({ users: new Map([['u1', user({ tags: new Map([['team', 'a']]) })]]) })
    assert.deepEqual(kinds(planSteps(before, after, account({ kind: 'user', name: 'u1' }))), [
      'untag',
      'tag',
    ])
  })
  it('does not let a role be taken by new people with its old rights', () => {
    const before = directory({
      users: new Map([
        ['u1', user()],
        ['u2', user()],
      ]),
      roles: new Map([['r1', role({ inline: new Map([['p', policyOf(allow('ec2:A'))]]) })]]),
    })
    const after = {
      ...before,
      roles: new Map([
        [
          'r1',
          role({
            trust: trust({ AWS: arn('user/u2') }),
            inline: new Map([['p', policyOf(allow('ec2:B'))]]),
          }),
        ],
      ]),
    }
    const steps = planSteps(before, after, account())
    assertSafe(before, after, steps)
    assert.equal(kinds(steps)[0], 'putInline')
  })
})

// A small world, in which everything that can happen does.

const ACTIONS = ['ec2:A', 'ec2:B', 'ec2:C']
const USERS = ['u1', 'u2']
const CLIENTS = ['c1', 'c2']
const IDP = 'idp.example.com'

const actions = fc.subarray(ACTIONS, { minLength: 1 })
const tagged = { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a' } } }
const statement = fc.oneof(
  { weight: 3, arbitrary: actions.map((some) => allow(...some)) },
  { weight: 2, arbitrary: actions.map((some) => deny(...some)) },
  { weight: 1, arbitrary: actions.map((some) => ({ ...allow(...some), ...tagged })) },
  { weight: 1, arbitrary: actions.map((some) => ({ ...deny(...some), ...tagged })) },
)
const document = fc
  .array(statement, { minLength: 1, maxLength: 2 })
  .map((some) => policyOf(...some))
const trusts = fc
  .subarray(
    [{ AWS: arn('user/u1') }, { AWS: arn('user/u2') }, { Federated: arn(`oidc-provider/${IDP}`) }],
    {
      minLength: 1,
    },
  )
  .map((some) => trust(...some))
const inline = fc
  .dictionary(fc.constantFrom('i1', 'i2'), document, { maxKeys: 2 })
  .map((some) => new Map(Object.entries(some)))
const attached = fc.subarray(['p1', 'p2']).map((some) => new Set(some))
const tags = fc
  .dictionary(fc.constantFrom('team', 'x'), fc.constantFrom('a', 'b'), { maxKeys: 2 })
  .map((some) => new Map(Object.entries(some)))
const boundary = fc.option(fc.constantFrom('p1', 'p2'), { nil: undefined })
const anyUser = fc.record({ inline, attached, tags, boundary }).map((some) => user(some))
const anyRole = fc
  .record({
    inline,
    attached,
    tags,
    boundary,
    trust: trusts,
    description: fc.constantFrom('', 'x'),
  })
  .map((some) => role(some))
const anyGroup = fc
  .record({ inline, attached, members: fc.subarray(USERS).map((some) => new Set(some)) })
  .map((some) => group(some))
const provider = fc.record({
  url: fc.constant(`https://${IDP}`),
  clientIds: fc.subarray(CLIENTS).map((some) => new Set(some)),
  claims: fc.subarray(['groups']).map((some) => new Map(some.map((claim) => [claim, claim]))),
}) satisfies fc.Arbitrary<Provider>
const some = <T>(names: readonly string[], one: fc.Arbitrary<T>) =>
  fc
    .dictionary(fc.constantFrom(...names), one, { maxKeys: names.length })
    .map((all) => new Map(Object.entries(all)))

/** Whatever is drawn, without what names what is not there. */
const anyDirectory: fc.Arbitrary<Directory> = fc
  .record({
    policies: some(['p1', 'p2'], document.map(managed)),
    users: some(USERS, anyUser),
    groups: some(['g1', 'g2'], anyGroup),
    roles: some(['r1'], anyRole),
    providers: some([IDP], provider),
  })
  .map(({ policies, users, groups, roles, providers }) => {
    const held = <T extends User | Group>(one: T): T => ({
      ...one,
      attached: new Set([...one.attached].filter((name) => policies.has(name))),
    })
    const bounded = <T extends User>(one: T): T => ({
      ...held(one),
      boundary: one.boundary !== undefined && policies.has(one.boundary) ? one.boundary : undefined,
    })
    const exists = (text: string) =>
      [...users.keys()].some((name) => text.endsWith(`user/${name}"`)) ||
      (text.includes('oidc-provider') && providers.has(IDP))
    const each = <T>(map: ReadonlyMap<string, T>, change: (one: T) => T) =>
      new Map([...map].map(([name, one]) => [name, change(one)]))
    return {
      policies,
      users: each(users, bounded),
      groups: each(groups, (one) => ({
        ...held(one),
        members: new Set([...one.members].filter((name) => users.has(name))),
      })),
      roles: new Map(
        [...roles]
          .filter(
            ([
              ,
              {
                trust: { statements },
              },
            ]) =>
              statements.every(({ principals }) =>
                principals.every((principal) => exists(`"${principal}"`)),
              ),
          )
          .map(([name, one]) => [name, bounded(one)]),
      ),
      providers,
    }
  })

/** Everything that anybody may do, by the policy language itself: `u1 ec2:A`, `r1 taken by u1 ec2:A`. */
function rightsIn(one: Directory): ReadonlySet<string> {
  const rights = new Set<string>()
  for (const [name, holder] of one.users) {
    const theirs = [...one.groups.values()].filter(({ members }) => members.has(name))
    for (const action of actionsOf(one, holder, [holder, ...theirs]))
      rights.add(`${name} ${action}`)
  }
  for (const [name, holder] of one.roles) {
    const takers = takersOf(holder.trust, one)
    for (const action of actionsOf(one, holder, [holder])) {
      for (const taker of takers) rights.add(`${name} taken by ${taker} ${action}`)
    }
  }
  return rights
}

function actionsOf(
  one: Directory,
  principal: User,
  holders: readonly (User | Group)[],
): readonly string[] {
  const texts = holders.flatMap(({ attached: names, inline: own }) => [
    ...[...names].map((policy) => one.policies.get(policy)?.document.text ?? assert.fail(policy)),
    ...[...own.values()].map(({ text }) => text),
  ])
  const parse = (text: string) => ({ name: 'p', document: parsePolicyDocument(text) })
  const limit =
    principal.boundary === undefined
      ? undefined
      : one.policies.get(principal.boundary)?.document.text
  const context = new Map<string, ContextValue>(
    [...principal.tags].map(([key, value]) => [`aws:PrincipalTag/${key}`, value]),
  )
  const policies = {
    identity: texts.map(parse),
    ...(limit === undefined ? {} : { boundary: parse(limit) }),
  }
  return ACTIONS.filter((action) => {
    const request = { principal: arn('user/x'), action, resource: '*', context }
    return evaluate(request, policies).kind === 'allowed'
  })
}

function takersOf(document: Document, one: Directory): readonly string[] {
  const { Statement } = JSON.parse(document.text) as {
    Statement: { Effect: string; Principal: { AWS?: string; Federated?: string } }[]
  }
  return Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(
    ({ Principal: { AWS, Federated } }) => {
      if (AWS !== undefined) return [AWS]
      assert.ok(Federated)
      const idp = one.providers.get(IDP)
      return [...(idp?.clientIds ?? [])].map(
        (client) => `${client} ${JSON.stringify([...(idp?.claims ?? [])])}`,
      )
    },
  )
}

function assertSafe(before: Directory, wanted: Directory, steps: readonly Step[]): void {
  const bound = rightsIn(before).union(rightsIn(wanted))
  for (const [count, between] of prefixes(before, steps).entries()) {
    const tooMany = rightsIn(between).difference(bound)
    assert.deepEqual([...tooMany], [], `after ${count} of ${JSON.stringify(kinds(steps))}`)
  }
}

describe('planSteps, whatever there is and is wanted', () => {
  it('ends with what is wanted, and has then nothing to do', () => {
    fc.assert(
      fc.property(anyDirectory, anyDirectory, (before, wanted) => {
        const after = prefixes(before, planSteps(before, wanted, account())).at(-1)
        assert.ok(after)
        assert.equal(snapshot(after), snapshot(wanted))
        assert.deepEqual(planSteps(after, wanted, account()), [])
      }),
      { numRuns: 300 },
    )
  })
  it('leaves nobody with more rights than before or wanted, wherever it stops', () => {
    fc.assert(
      fc.property(anyDirectory, anyDirectory, (before, wanted) => {
        assertSafe(before, wanted, planSteps(before, wanted, account()))
      }),
      { numRuns: 300 },
    )
  })
  it('can be taken up again by another run wherever it stopped', () => {
    fc.assert(
      fc.property(anyDirectory, anyDirectory, fc.nat(), (before, wanted, place) => {
        const states = prefixes(before, planSteps(before, wanted, account()))
        const stopped = states[place % states.length]
        assert.ok(stopped)
        const steps = planSteps(stopped, wanted, account())
        assert.equal(snapshot(prefixes(stopped, steps).at(-1) ?? stopped), snapshot(wanted))
        assertSafe(stopped, wanted, steps)
      }),
      { numRuns: 200 },
    )
  })
})
