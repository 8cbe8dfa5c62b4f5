import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { uncovered } from './covers.ts'
import type { Standing } from './covers/standing.ts'
import { evaluate } from './evaluate.ts'
import { parsePolicyDocument } from './policy-document.ts'
import type { NamedPolicy } from './policy-set.ts'
import type { ContextValue } from './request-context.ts'

// A small world in which every request can be asked. Policies of all shapes are made at random, and whenever `uncovered` finds
// nothing, each request is decided for the receiver, before and after, and for the holder.

/** In `covers.laws.long.test.ts` twenty times as many. By hand: RUNS=200000 node --test iam/src/covers.laws.test.ts */
const runs = Number(process.env['RUNS'] ?? 200)

const actions = ['a:X', 'a:Xy', 'b:X']
const resources = ['*', 'u', 'v', 'uv'].map((name) =>
  name === '*' ? name : `arn:aws:ec2:::${name}`,
)

const absent = undefined
type Values = readonly (ContextValue | undefined)[]

/** Keys of the request: the same for whoever makes it. */
const ofRequest: Readonly<Record<string, Values>> = {
  'ec2:osuser': [absent, 'u', 'v', 'U', '', ['u']],
  'aws:TagKeys': [absent, [], ['u'], ['u', 'v'], ['w', 'v'], 'u'],
  'aws:EpochTime': [absent, '1', '2', '3', 'x'],
  'aws:SourceIp': [absent, '10.0.0.1', '10.0.0.9', '10.1.0.1', '::1'],
  'iam:PolicyARN': [absent, 'arn:aws:iam::1:policy/u', 'arn:aws:iam::1:policy/u:v', 'u'],
}
/** Keys of whoever makes it; the last is one that nobody knows to be theirs. */
const ofCaller: Readonly<Record<string, Values>> = {
  'aws:username': [absent, 'u', 'v', 'uv'],
  'aws:PrincipalTag/t': [absent, 'u', 'v', 'V'],
  'idp.example:sub': [absent, 'u', 'v'],
}

type Json = Readonly<Record<string, unknown>>

const texts = [
  'u',
  'v',
  'U',
  'uv',
  '',
  '${aws:username}',
  '${ec2:osuser}',
  "${aws:PrincipalTag/t, 'u'}",
]
const families: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['StringEquals', 'StringNotEquals'], texts],
  [['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'], texts],
  [
    ['StringLike', 'StringNotLike'],
    [...texts, '*', 'u*', '?', '*v', '*?', '${aws:username}*'],
  ],
  [
    ['NumericEquals', 'NumericNotEquals'],
    ['1', '2', '3'],
  ],
  [
    ['NumericLessThan', 'NumericLessThanEquals', 'NumericGreaterThan', 'NumericGreaterThanEquals'],
    ['1', '2', '3'],
  ],
  [
    [
      'DateLessThan',
      'DateLessThanEquals',
      'DateGreaterThan',
      'DateGreaterThanEquals',
      'DateEquals',
    ],
    ['1', '2', '1970-01-01T00:00:02Z', '3'],
  ],
  [
    ['IpAddress', 'NotIpAddress'],
    ['10.0.0.0/8', '10.0.0.0/24', '10.0.0.1', '10.0.0.8/29', '::/0', '0.0.0.0/0'],
  ],
  [
    ['ArnLike', 'ArnNotLike', 'ArnEquals'],
    [
      'arn:aws:iam::1:policy/u',
      'arn:aws:iam::1:policy/*',
      'arn:aws:iam::1:policy/?',
      'arn:aws:*:*:*:*',
      'u',
      'arn:aws:iam::1:policy/${aws:username}',
    ],
  ],
]

const conditionOf = (keys: readonly string[]): fc.Arbitrary<Json> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          fc.constantFrom('Null', 'Null', 'ForAllValues:Null'),
          fc.constantFrom(...keys),
          fc.constantFrom('true', 'false'),
        )
        .map(([operator, key, value]) => ({ [operator]: { [key]: value } })),
    },
    {
      weight: 8,
      arbitrary: fc
        .tuple(
          fc.constantFrom('', '', '', 'ForAllValues:', 'ForAnyValue:'),
          fc.constantFrom(...families),
          fc.constantFrom('', '', 'IfExists'),
          fc.constantFrom(...keys),
        )
        .chain(([quantifier, [names, values], ifExists, key]) =>
          fc
            .tuple(
              fc.constantFrom(...names),
              fc.subarray([...values], { minLength: 0, maxLength: 2 }),
            )
            .map(([name, wanted]) => ({ [`${quantifier}${name}${ifExists}`]: { [key]: wanted } })),
        ),
    },
  )

const statementOf = (keys: readonly string[]): fc.Arbitrary<Json> =>
  fc
    .record({
      Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
      action: fc.constantFrom('Action', 'Action', 'Action', 'NotAction'),
      actions: fc.uniqueArray(
        fc.constantFrom('*', '*:*', 'a:*', 'a:x', 'A:X?', 'a:?', 'b:X', 'b:*'),
        {
          minLength: 1,
          maxLength: 2,
        },
      ),
      resource: fc.constantFrom('Resource', 'Resource', 'Resource', 'NotResource'),
      resources: fc.uniqueArray(
        fc.oneof(
          { weight: 2, arbitrary: fc.constant('*') },
          {
            weight: 3,
            arbitrary: fc
              .constantFrom(
                '*',
                'u',
                'v',
                '?',
                'u*',
                '*v',
                '*?*',
                '${aws:username}',
                '${ec2:osuser}',
              )
              .map((name) => `arn:aws:ec2:::${name}`),
          },
        ),
        { minLength: 1, maxLength: 2 },
      ),
      conditions: fc.tuple(conditionOf(keys), conditionOf(keys)),
    })
    .map(({ Effect, action, actions: some, resource, resources: others, conditions }) => ({
      Effect,
      [action]: some,
      [resource]: others,
      Condition: { ...conditions[0], ...conditions[1] },
    }))

interface Policies {
  readonly identity: readonly Json[]
  readonly boundary: readonly Json[] | undefined
  readonly session: readonly Json[] | undefined
}

const policiesOf = (statement: fc.Arbitrary<Json>): fc.Arbitrary<Policies> => {
  const limit = fc.option(fc.array(statement, { minLength: 1, maxLength: 2 }), {
    nil: undefined,
    freq: 2,
  })
  return fc.record({
    identity: fc.array(statement, { minLength: 1, maxLength: 3 }),
    boundary: limit,
    session: limit,
  })
}

type Keys = Readonly<Record<string, ContextValue | undefined>>

const keysOf = (values: Readonly<Record<string, Values>>, names: readonly string[]) =>
  fc.record(
    Object.fromEntries(names.map((name) => [name, fc.constantFrom(...(values[name] ?? []))])),
  ) as fc.Arbitrary<Keys>

interface Case {
  readonly requestKeys: readonly string[]
  readonly callerKeys: readonly string[]
  readonly holder: Policies
  readonly before: Policies | undefined
  readonly after: Policies
  readonly holderKeys: Keys
  readonly beforeKeys: Keys
  readonly afterKeys: Keys
  /** Keys of the receiver that `uncovered` is told. */
  readonly told: readonly string[]
}

/** Statements are drawn from a few, so that holder and receiver often have the same or nearly the same. */
const cases: fc.Arbitrary<Case> = fc
  .record({
    requestKeys: fc.subarray(Object.keys(ofRequest), { minLength: 1, maxLength: 2 }),
    callerKeys: fc.subarray(Object.keys(ofCaller), { minLength: 1, maxLength: 2 }),
  })
  .chain(({ requestKeys, callerKeys }) =>
    fc
      .array(statementOf([...requestKeys, ...requestKeys, ...callerKeys]), {
        minLength: 2,
        maxLength: 5,
      })
      .chain((few) => {
        const policies = policiesOf(fc.constantFrom(...few))
        const keys = keysOf(ofCaller, Object.keys(ofCaller))
        return fc.record({
          requestKeys: fc.constant(requestKeys),
          callerKeys: fc.constant(callerKeys),
          holder: policies,
          before: fc.option(policies, { nil: undefined }),
          after: policies,
          holderKeys: keys,
          beforeKeys: keys,
          afterKeys: keys,
          told: fc.subarray(Object.keys(ofCaller)),
        })
      }),
  )

const policy = (name: string, statements: readonly Json[]): NamedPolicy => ({
  name,
  document: parsePolicyDocument(JSON.stringify({ Version: '2012-10-17', Statement: statements })),
})

const setOf = ({ identity, boundary, session }: Policies): Standing['policies'] => ({
  identity: identity.map((statement) => policy('identity', [statement])),
  boundary: boundary && policy('boundary', boundary),
  session: session && [policy('session', session)],
})

const present = (keys: Keys): ReadonlyMap<string, ContextValue> =>
  new Map(
    Object.entries(keys).flatMap(([key, value]): [string, ContextValue][] =>
      value === undefined ? [] : [[key, value]],
    ),
  )

const pick = (keys: Keys, names: readonly string[]): Keys =>
  Object.fromEntries(names.map((name) => [name, keys[name]]))

/** Every way to give values to some keys. */
function* assignments(
  values: Readonly<Record<string, Values>>,
  [name, ...names]: readonly string[],
): Generator<Keys> {
  if (name === undefined) return yield {}
  for (const rest of assignments(values, names)) {
    for (const value of values[name] ?? []) yield { ...rest, [name]: value }
  }
}

function allows(
  policies: Standing['policies'],
  asked: { action: string; resource: string; keys: Keys },
) {
  const { action, resource, keys } = asked
  const request = { principal: 'arn:aws:iam::1:user/u', action, resource, context: present(keys) }
  return evaluate(request, policies).kind === 'allowed'
}

/** A request that the receiver may make after, and could not before, and the holder may not. */
function escape({ holder, before, after, ...one }: Case) {
  const sets = { holder: setOf(holder), before: before && setOf(before), after: setOf(after) }
  // What is not told of the receiver can be anything, and stays the same through the change.
  const open = one.callerKeys.filter((key) => !one.told.includes(key))
  for (const mine of assignments(ofCaller, open)) {
    for (const shared of assignments(ofRequest, one.requestKeys)) {
      const afterKeys = { ...shared, ...pick(one.afterKeys, one.told), ...mine }
      const beforeKeys = { ...shared, ...pick(one.beforeKeys, one.told), ...mine }
      const holderKeys = { ...shared, ...one.holderKeys }
      for (const action of actions) {
        for (const resource of resources) {
          if (!allows(sets.after, { action, resource, keys: afterKeys })) continue
          if (sets.before && allows(sets.before, { action, resource, keys: beforeKeys })) continue
          if (allows(sets.holder, { action, resource, keys: holderKeys })) continue
          return { action, resource, afterKeys, beforeKeys, holderKeys }
        }
      }
    }
  }
  return undefined
}

function ask({ holder, before, after, told, ...one }: Case) {
  return uncovered(
    { policies: setOf(holder), keys: present(one.holderKeys) },
    {
      before: before && { policies: setOf(before), keys: present(pick(one.beforeKeys, told)) },
      after: { policies: setOf(after), keys: present(pick(one.afterKeys, told)) },
    },
  )
}

describe('laws of what is covered', () => {
  it('lets no request through that is new to the receiver and denied to the holder', () => {
    const seen = { covered: 0, uncovered: 0, careful: 0 }
    fc.assert(
      fc.property(cases, (one) => {
        const found = ask(one)
        if (found === undefined) {
          seen.covered += 1
          assert.equal(escape(one), undefined)
        } else {
          seen.uncovered += 1
          if (process.env['RUNS'] !== undefined && escape(one) === undefined) seen.careful += 1
        }
      }),
      { numRuns: runs },
    )
    if (process.env['RUNS'] !== undefined) console.log(seen)
    // A law about nothing would hold always.
    assert.ok(seen.covered > runs / 10 && seen.uncovered > runs / 10, JSON.stringify(seen))
  })

  it('lets everybody hand out their own rights to whoever is the same', () => {
    fc.assert(
      fc.property(cases, ({ after, afterKeys }) => {
        const policies = setOf(after)
        const keys = present(afterKeys)
        assert.equal(
          uncovered(
            { policies: { identity: [] }, keys },
            {
              before: { policies, keys },
              after: { policies, keys },
            },
          ),
          undefined,
        )
      }),
      { numRuns: runs },
    )
  })
})
