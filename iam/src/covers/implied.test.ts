import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { compileCondition, conditionHolds, type Condition } from '../condition/condition.ts'
import { normalizeContext, type ContextValue } from '../request-context.ts'
import { claimOf, type Claim } from './claim.ts'
import { isContradicted, isImplied } from './implied.ts'
import { viewOfHolder, viewOfReceiver, type KeyView } from './key-view.ts'

const version = '2012-10-17'
const nothing = viewOfReceiver(new Map())

function claims(view: KeyView, conditions: readonly Condition[]): readonly Claim[] | undefined {
  const all = conditions.map((condition) => claimOf(condition, { view, version }))
  if (all.includes(false)) return undefined
  return all.filter((claim) => typeof claim !== 'boolean')
}

const condition = (operator: string, key: string, ...wanted: readonly string[]) =>
  compileCondition({ operator, key, wanted }, version)

const about = (operator: string, ...wanted: readonly string[]) =>
  condition(operator, 'ec2:osuser', ...wanted)

function implied(wanted: Condition, ...given: readonly Condition[]): boolean {
  return (claims(nothing, [wanted]) ?? []).every((claim) =>
    isImplied(claim, claims(nothing, given) ?? []),
  )
}

function contradicted(claim: Condition, ...given: readonly Condition[]): boolean {
  return (claims(nothing, [claim]) ?? []).some((one) =>
    isContradicted(one, claims(nothing, given) ?? []),
  )
}

describe('a condition is implied', () => {
  const yes: readonly (readonly [string, Condition, ...Condition[]])[] = [
    ['by itself', about('StringEquals', 'a'), about('StringEquals', 'a')],
    ['by fewer values', about('StringEquals', 'a', 'b'), about('StringEquals', 'b')],
    ['by more forbidden values', about('StringNotEquals', 'a'), about('StringNotEquals', 'b', 'a')],
    ['by other values than it forbids', about('StringNotEquals', 'a'), about('StringEquals', 'b')],
    ['by a narrower pattern', about('StringLike', 'a*'), about('StringLike', 'ab*')],
    ['by a value that its pattern matches', about('StringLike', 'a*'), about('StringEquals', 'ab')],
    ['regardless of case', about('StringEqualsIgnoreCase', 'A'), about('StringEquals', 'a')],
    ['where a missing key is fine', about('StringEqualsIfExists', 'a'), about('StringEquals', 'a')],
    [
      'by two together',
      about('StringEquals', 'a'),
      about('StringEqualsIfExists', 'a'),
      about('Null', 'false'),
    ],
    ['by a value that is there', about('Null', 'false'), about('StringEquals', 'a')],
    ['by a lower limit', about('NumericLessThan', '5'), about('NumericLessThanEquals', '4')],
    ['by a number below it', about('NumericLessThan', '5'), about('NumericEquals', '4')],
    [
      'by an earlier end',
      about('DateLessThan', '2027-01-01T00:00:00Z'),
      about('DateLessThan', '2026-12-01'),
    ],
    ['by a smaller network', about('IpAddress', '10.0.0.0/8'), about('IpAddress', '10.1.0.0/16')],
    ['by another network', about('NotIpAddress', '10.0.0.0/8'), about('IpAddress', '192.0.2.0/24')],
    [
      'by a narrower ARN',
      about('ArnLike', 'arn:aws:iam::1:policy/*'),
      about('ArnEquals', 'arn:aws:iam::1:policy/a'),
    ],
    [
      'set by set',
      about('ForAllValues:StringLike', '*a'),
      about('ForAllValues:StringEquals', 'a', 'ba'),
    ],
    ['for any of one', about('ForAnyValue:StringEquals', 'a', 'b'), about('StringEquals', 'a')],
    ['by the same boolean', about('Bool', 'TRUE'), about('Bool', 'true')],
  ]
  for (const [why, wanted, ...given] of yes) {
    it(why, () => {
      assert.ok(implied(wanted, ...given))
    })
  }

  const no: readonly (readonly [string, Condition, ...Condition[]])[] = [
    ['by nothing', about('StringEquals', 'a')],
    [
      'by one of another key',
      about('StringEquals', 'a'),
      condition('StringEquals', 'aws:SourceIp', 'a'),
    ],
    ['by more values', about('StringEquals', 'a'), about('StringEquals', 'a', 'b')],
    ['by a missing key', about('StringEquals', 'a'), about('StringEqualsIfExists', 'a')],
    [
      'by fewer forbidden values',
      about('StringNotEquals', 'a', 'b'),
      about('StringNotEquals', 'a'),
    ],
    ['by a wider pattern', about('StringLike', 'a*'), about('StringLike', '*')],
    ['in another case', about('StringEquals', 'a'), about('StringEqualsIgnoreCase', 'a')],
    [
      'by a limit from the other side',
      about('NumericLessThan', '5'),
      about('NumericGreaterThan', '4'),
    ],
    [
      'by its own limit, included',
      about('NumericLessThan', '5'),
      about('NumericLessThanEquals', '5'),
    ],
    [
      'by all of none',
      about('ForAnyValue:StringEquals', 'a'),
      about('ForAllValues:StringEquals', 'a'),
    ],
    [
      'one value by one of several',
      about('StringEquals', 'a'),
      about('ForAnyValue:StringEquals', 'a'),
    ],
  ]
  for (const [why, wanted, ...given] of no) {
    it(`but not ${why}`, () => {
      assert.ok(!implied(wanted, ...given))
    })
  }
})

describe('a condition is contradicted', () => {
  it('by other values', () => {
    assert.ok(contradicted(about('StringEquals', 'a', 'b'), about('StringEquals', 'c')))
    assert.ok(contradicted(about('StringLike', 'a*'), about('StringLike', 'b*')))
    assert.ok(contradicted(about('StringNotEquals', 'a'), about('StringEquals', 'a')))
    assert.ok(contradicted(about('Null', 'true'), about('StringEquals', 'a')))
  })

  it('but not where another of several values may fit', () => {
    const [any, all] = ['ForAnyValue:StringEquals', 'ForAllValues:StringEquals']
    assert.ok(!contradicted(about(any, 'a'), about(any, 'b')))
    assert.ok(contradicted(about(any, 'a'), about(all, 'b')))
    assert.ok(contradicted(about(`${all}IfExists`, 'a'), about(any, 'b')))
    assert.ok(!contradicted(about(all, 'a'), about(all, 'b'), about('Null', 'false')))
  })

  it('but not where the key can be missing', () => {
    assert.ok(!contradicted(about('StringNotEquals', 'a'), about('StringEqualsIfExists', 'a')))
  })
})

describe('what depends on who asks', () => {
  const holder = viewOfHolder(new Map([['aws:PrincipalTag/team', 'red']]))

  it('is for the holder as it is', () => {
    const asks = (operator: string, key: string, value: string) =>
      claimOf(condition(operator, key, value), { view: holder, version })
    assert.equal(asks('StringEquals', 'aws:PrincipalTag/team', 'red'), true)
    assert.equal(asks('StringEquals', 'aws:PrincipalTag/team', 'blue'), false)
    assert.equal(asks('StringEquals', 'aws:username', 'alice'), false)
    assert.equal(asks('BoolIfExists', 'aws:MultiFactorAuthPresent', 'true'), true)
  })

  it('cannot be promised for the holder by the receiver (who may have that very key)', () => {
    const wanted = claims(holder, [condition('StringEquals', 'idp.example:sub', 'a')]) ?? []
    for (const key of [
      'idp.example:sub',
      'idp.example:sub OF THE HOLDER',
      'idp.example:sub of the holder',
    ]) {
      const given = claims(nothing, [condition('StringEquals', key, 'a')]) ?? []
      assert.ok(!wanted.every((claim) => isImplied(claim, given)))
    }
  })

  it('is nothing where a variable has no value (would be the empty text)', () => {
    const wanted = claims(holder, [about('StringEquals', '${aws:username}')]) ?? []
    for (const value of ['', 'a']) {
      const given = claims(nothing, [about('StringEquals', value)]) ?? []
      assert.ok(!wanted.every((claim) => isImplied(claim, given)))
    }
  })

  it('is compared with what is asked for by its value', () => {
    const team = (view: KeyView) =>
      claims(view, [
        condition('StringEquals', 'aws:PrincipalTag/team', '${aws:ResourceTag/team}'),
      ]) ?? []
    const of = (name: string) => viewOfReceiver(new Map([['aws:principaltag/team', name]]))
    assert.ok(team(holder).every((claim) => isImplied(claim, team(of('red')))))
    assert.ok(!team(holder).every((claim) => isImplied(claim, team(of('blue')))))
  })

  it('fills in variables', () => {
    const same = (value: string) => [condition('StringEquals', 'aws:ResourceTag/team', value)]
    const wanted = claims(holder, same('${aws:PrincipalTag/team}')) ?? []
    assert.ok(wanted.every((claim) => isImplied(claim, claims(nothing, same('red')) ?? [])))
    assert.ok(!wanted.every((claim) => isImplied(claim, claims(nothing, same('blue')) ?? [])))
    assert.ok(
      !wanted.every((claim) =>
        isImplied(claim, claims(nothing, same('${aws:PrincipalTag/team}')) ?? []),
      ),
    )
  })
})

describe('laws of conditions', () => {
  const keys = ['ec2:osuser', 'aws:username', 'idp.example:sub']
  const texts = [
    'u',
    'U',
    'v',
    'uv',
    '',
    '${aws:username}',
    '${ec2:osuser}',
    "${aws:username, 'u'}",
  ]
  const families: readonly (readonly [readonly string[], readonly string[]])[] = [
    [
      [
        'StringEquals',
        'StringNotEquals',
        'StringEqualsIgnoreCase',
        'StringNotEqualsIgnoreCase',
        'StringLike',
        'StringNotLike',
      ],
      [...texts, '*', 'u*', 'U*', '?', '*v', '${aws:username}*'],
    ],
    [
      [
        'NumericEquals',
        'NumericNotEquals',
        'NumericLessThan',
        'NumericLessThanEquals',
        'NumericGreaterThan',
        'NumericGreaterThanEquals',
      ],
      ['1', '2', '3', '2.0'],
    ],
    [
      ['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals', 'DateGreaterThan'],
      ['1', '2', '1970-01-01T00:00:02Z', '3'],
    ],
    [
      ['IpAddress', 'NotIpAddress'],
      ['10.0.0.0/8', '10.0.0.0/24', '10.0.0.1', '10.0.0.8/29', '10.1.0.0/16', '::/0', '0.0.0.0/0'],
    ],
    [
      ['ArnLike', 'ArnNotLike', 'ArnEquals', 'ArnNotEquals'],
      [
        'a:b:c:d:e:u',
        'a:b:c:d:e:*',
        'a:b:*:d:e:u',
        'a:b:c:?:e:u:v',
        'u',
        '*',
        'a:b:c:d:${aws:username}',
        '*:*:*:*:*:*',
        'a:b:c:d:e:${ec2:osuser}',
      ],
    ],
    [['Bool'], ['true', 'false', 'TRUE']],
    [['BinaryEquals'], ['dQ==', 'dg==']],
  ]
  const values: readonly (ContextValue | undefined)[] = [
    undefined,
    '',
    'u',
    'U',
    'v',
    'uv',
    'e:u',
    '1',
    '2',
    '4',
    '10.0.0.1',
    '10.0.0.200',
    '10.1.0.1',
    '::1',
    'a:b:c:d:e:u',
    'a:b:x:d:e:u',
    'a:b:c:x:e:u:v',
    'true',
    'dQ==',
    [],
    ['u'],
    ['u', 'v'],
    ['1', '4'],
    ['10.0.0.1', '10.1.0.1'],
  ]
  const few = values.filter(
    (value) => value === undefined || ['', 'u', 'v', 'e:u'].includes(String(value)),
  )

  const written = fc
    .record({
      family: fc.constantFrom(...families),
      key: fc.constantFrom(...keys, 'ec2:osuser', 'ec2:osuser'),
    })
    .chain(({ family: [names, wanted], key }) => {
      const comparison = fc
        .record({
          quantifier: fc.constantFrom('', '', 'ForAllValues:', 'ForAnyValue:'),
          name: fc.constantFrom(...names),
          ifExists: fc.constantFrom('', '', 'IfExists'),
          key: fc.constantFrom(key, key, key, ...keys),
          wanted: fc.subarray([...wanted], { maxLength: 2 }),
        })
        .map((one) =>
          condition(`${one.quantifier}${one.name}${one.ifExists}`, one.key, ...one.wanted),
        )
      const presence = fc
        .tuple(fc.constantFrom('Null', 'ForAnyValue:Null'), fc.constantFrom('true', 'false'))
        .map(([operator, value]) => condition(operator, key, value))
      const any = fc.oneof({ weight: 6, arbitrary: comparison }, { weight: 1, arbitrary: presence })
      return fc.tuple(any, fc.array(any, { minLength: 1, maxLength: 2 }))
    })
  const known = fc.dictionary(
    fc.constantFrom('aws:username', 'idp.example:sub'),
    fc.constantFrom('u', 'v'),
  )

  interface Contexts {
    readonly mine: Readonly<Record<string, string>>
    readonly theirs: Readonly<Record<string, string>>
  }

  /** Everything that can be asked: the request's key is shared, of their own keys each has what is known or anything. */
  function* everyContext({ mine, theirs }: Contexts) {
    for (const osUser of values) {
      for (const name of 'aws:username' in theirs ? [theirs['aws:username']] : few) {
        for (const sub of 'idp.example:sub' in theirs ? [theirs['idp.example:sub']] : few) {
          for (const mySub of 'idp.example:sub' in mine ? [mine['idp.example:sub']] : ['u', 'v']) {
            const context = (entries: Readonly<Record<string, ContextValue | undefined>>) =>
              normalizeContext(
                new Map(
                  Object.entries(entries).flatMap(([key, value]): [string, ContextValue][] =>
                    value === undefined ? [] : [[key, value]],
                  ),
                ),
              )
            yield {
              receiver: context({
                'ec2:osuser': osUser,
                'aws:username': name,
                'idp.example:sub': sub,
              }),
              holder: context({
                'ec2:osuser': osUser,
                'aws:username': mine['aws:username'],
                'idp.example:sub': mySub,
              }),
            }
          }
        }
      }
    }
  }

  const runs = Number(process.env['RUNS'] ?? 400)

  for (const who of ['the holder', 'the receiver'] as const) {
    it(`what is implied for ${who} holds, and what is contradicted does not`, () => {
      let seen = 0
      fc.assert(
        fc.property(written, known, known, ([wanted, given], mine, theirs) => {
          const receiver = viewOfReceiver(new Map(Object.entries(theirs)))
          const asked =
            who === 'the holder' ? viewOfHolder(new Map(Object.entries(mine))) : receiver
          const promised = claims(receiver, given)
          if (promised === undefined) return
          const claim = claimOf(wanted, { view: asked, version })
          const always = claim === true || (claim !== false && isImplied(claim, promised))
          const never = claim === false || (claim !== true && isContradicted(claim, promised))
          if (!always && !never) return
          seen += 1
          for (const contexts of everyContext({ mine, theirs })) {
            if (!given.every((one) => conditionHolds(one, contexts.receiver))) continue
            const holds = conditionHolds(
              wanted,
              who === 'the holder' ? contexts.holder : contexts.receiver,
            )
            if (always) assert.ok(holds)
            if (never) assert.ok(!holds)
          }
        }),
        { numRuns: runs },
      )
      assert.ok(seen > runs / 20, String(seen))
    })
  }
})
