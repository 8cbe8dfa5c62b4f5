import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import type { DocumentKind } from './statement.ts'
import { validatePolicy } from './validate-policy.ts'

const kinds: readonly DocumentKind[] = ['identity', 'managed', 'trust', 'session']

/** A document of a size, white space not counted. */
function documentOf(kind: DocumentKind, size: number): string {
  const about = kind === 'trust' ? { Principal: { AWS: '*' } } : { Resource: '*' }
  const action = kind === 'trust' ? 'sts:AssumeRole' : 'ec2:DescribeInstances'
  const make = (key: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: action, ...about, Condition: { Bool: { [key]: [] } } },
    })
  return make('x'.repeat(size - make('').length))
}

describe('validatePolicy', () => {
  const limits = [
    ['identity', 10_240, 'LimitExceeded', 'Maximum policy size of 10240 bytes exceeded'],
    ['managed', 6_144, 'LimitExceeded', 'Cannot exceed quota for PolicySize: 6144'],
    ['trust', 2_048, 'LimitExceeded', 'Cannot exceed quota for ACLSizePerRole: 2048'],
    [
      'session',
      2_048,
      'PackedPolicyTooLarge',
      'Packed policy consumes 101% of allotted space, please use smaller policy.',
    ],
  ] as const
  for (const [kind, limit, code, message] of limits) {
    it(`takes a document of kind ${kind} up to its quota`, () => {
      const text = documentOf(kind, limit)
      assert.equal(text.length, limit)
      assert.equal(validatePolicy(text, kind).statements.length, 1)
      assert.throws(() => validatePolicy(documentOf(kind, limit + 1), kind), { code, message })
    })
  }

  it('looks at the language before the size', () => {
    const text = documentOf('managed', 7_000).replace('Allow', 'allow')
    assert.throws(() => validatePolicy(text, 'managed'), { code: 'MalformedPolicyDocument' })
  })

  it('does not count white space, also when there is much of it', () => {
    const text = documentOf('managed', 6_144).replace('{', `{${' \n'.repeat(30_000)}`)
    assert.equal(validatePolicy(text, 'managed').statements.length, 1)
  })
})

/** What an element of a policy may come as: right, nearly right, and anything at all. */
const odd = fc.oneof(
  fc.constantFrom(
    '*',
    'Allow',
    'deny',
    'ec2:*',
    'a:b:c',
    'arn:aws:ec2:*',
    'arn:aws:iam::1:user/${aws:username}',
    '${',
    "${a, 'b'}",
    '2012-10-17',
    '\ud800',
    '\u0000',
    '\u202e',
    '\u00ff',
    'ſ',
    'K',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
)
const nested = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    odd,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        'StringLike',
        'Bool',
        'ForAllValues:ArnLike',
        'AWS',
        '__proto__',
        'ec2:osuser',
      ),
      tie('value'),
      { maxKeys: 3 },
    ),
  ),
})).value
const elements = [
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Principal',
  'NotPrincipal',
  'Condition',
  'Sid',
  '__proto__',
  'constructor',
  'toString',
]
const statement = fc
  .dictionary(fc.constantFrom(...elements), nested, { maxKeys: 6 })
  .map((changes) => ({ Effect: 'Allow', Action: 'ec2:*', Resource: '*', ...changes }))
const someDocument = fc
  .record(
    {
      Version: fc.oneof(fc.constant('2012-10-17'), odd),
      Id: odd,
      Statement: fc.oneof(statement, fc.array(statement, { maxLength: 3 }), nested),
      ['__proto__']: nested,
    },
    { requiredKeys: ['Version', 'Statement'] },
  )
  .map((value) => JSON.stringify(value))

/** The answer to any text: a document or a refusal that a caller can be given. */
function isAnswered(text: string, kind: DocumentKind): void {
  try {
    validatePolicy(text, kind)
  } catch (error) {
    assert.ok(error instanceof ServiceException, String(error))
    assert.match(error.code, /^(MalformedPolicyDocument|LimitExceeded|PackedPolicyTooLarge)$/)
    assert.ok(error.message.length < 8_000)
    assert.doesNotMatch(error.message, /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u)
  }
}

describe('whatever comes, validatePolicy', () => {
  const kind = fc.constantFrom(...kinds)

  it('answers to documents of odd elements', () => {
    fc.assert(fc.property(someDocument, kind, isAnswered), { numRuns: 2_000 })
  })

  it('answers to any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), kind, isAnswered))
    fc.assert(fc.property(fc.json(), kind, isAnswered))
  })

  it('answers to documents with a character changed, left out or doubled', () => {
    const change = fc.record({ at: fc.nat(400), to: fc.string({ unit: 'binary', maxLength: 2 }) })
    fc.assert(
      fc.property(someDocument, change, kind, (text, { at, to }, one) => {
        isAnswered(text.slice(0, at) + to + text.slice(at + 1), one)
      }),
      { numRuns: 1_000 },
    )
  })

  const statementWith = (changes: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'ec2:*', Resource: '*', ...changes },
    })
  const many = (text: string, count: number) => Array.from({ length: count }, () => text)
  const large: Readonly<Record<string, string>> = {
    'deep lists': '['.repeat(131_000),
    'deep objects': '{"a":'.repeat(26_000),
    'a deep document': `{"Statement":${'['.repeat(60_000)}${']'.repeat(60_000)}}`,
    'more than fits': 'x'.repeat(200_000),
    'white space': ' '.repeat(131_072),
    'one endless text': `"${'\\u0041'.repeat(21_000)}"`,
    'half an escape': `"${'\\'.repeat(131_000)}`,
    'an endless number': '9'.repeat(131_000),
    'many statements': `{"Statement":[${many('{}', 40_000).join(',')}]}`,
    'many actions': statementWith({ Action: many('a:b', 18_000) }),
    'many resources': statementWith({ Resource: many('arn:aws:ec2:*', 8_000) }),
    'stars in a resource': statementWith({ Resource: `arn:aws:s3:::${'*a'.repeat(60_000)}` }),
    'colons in a resource': statementWith({ Resource: ':'.repeat(130_000) }),
    'many variables': statementWith({ Resource: `arn:aws:s3:::${'${a}'.repeat(30_000)}` }),
    'braces of variables': statementWith({ Resource: `arn:aws:s3:::${'${'.repeat(60_000)}` }),
    'an endless date': statementWith({ Condition: { DateLessThan: { a: '9'.repeat(130_000) } } }),
    'an endless address': statementWith({ Condition: { IpAddress: { a: ':'.repeat(130_000) } } }),
    'an endless operator': statementWith({ Condition: { ['IfExists'.repeat(16_000)]: { a: '' } } }),
    'an endless principal': statementWith({
      Resource: undefined,
      Principal: { AWS: `arn:aws:iam::111122223333:user/${'a/'.repeat(60_000)}` },
    }),
  }
  for (const [name, text] of Object.entries(large)) {
    it(`answers in time: ${name}`, { timeout: 60_000 }, () => {
      const start = process.cpuUsage()
      for (const one of kinds) isAnswered(text, one)
      // Of the processor, in microseconds: the machine may be busy. What is quadratic takes minutes.
      assert.ok(process.cpuUsage(start).user < 3_000_000)
    })
  }
})
