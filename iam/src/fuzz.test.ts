import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { AccessRequest } from './access-request.ts'
import { evaluate } from './evaluate.ts'
import { accessDeniedMessage, explainDecision } from './explain.ts'
import { parsePolicyDocument } from './policy-document.ts'
import type { NamedPolicy, PolicySet } from './policy-set.ts'
import type { DocumentKind } from './statement.ts'

// Whatever comes in, what goes out is a decision or one of two refusals, in words that are safe to print.

const kinds: readonly DocumentKind[] = ['identity', 'managed', 'session', 'trust']

/** Undefined when the document is refused; throws when it is refused in another way than AWS's. */
function parsed(text: string, kind: DocumentKind): NamedPolicy | undefined {
  try {
    return { name: 'policy\u0000 \u2028', document: parsePolicyDocument(text, kind) }
  } catch (error) {
    const { code, status, message } = error as { code?: string; status?: number; message: string }
    assert.deepEqual([code, status], ['MalformedPolicyDocument', 400])
    assertPrintable(message)
    return undefined
  }
}

function decideAndExplain(request: AccessRequest, policies: PolicySet): string {
  try {
    const decision = evaluate(request, policies)
    assertPrintable(explainDecision(decision, request))
    if (decision.kind !== 'allowed') assertPrintable(accessDeniedMessage(decision, request))
    return decision.kind
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'ValidationException')
    return 'ValidationException'
  }
}

function assertPrintable(text: string): void {
  assert.doesNotMatch(text, /[^\n\P{C}]|[\u2028\u2029]/u)
  assert.ok(text.length < 10_000)
}

const hostile = fc.constantFrom(
  '*',
  '?',
  '${',
  '${aws:username}',
  "${a, '*'}",
  '${*}',
  '\u0000',
  '\u001b[2J',
  '\r\n',
  '\u2028',
  '"',
  '\\',
  '__proto__',
  'constructor',
  '9'.repeat(400),
  '-0',
  'ÿ',
  '::ffff:10.0.0.1',
  '2026-02-29',
  ':::::',
  'arn:aws:iam::111122223333:root',
)
const text = fc.oneof(
  fc
    .array(fc.oneof(hostile, fc.string({ maxLength: 4 })), { maxLength: 4 })
    .map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }),
)
const operators = (
  'StringEquals StringNotEquals StringLike StringNotLikeIfExists ForAnyValue:StringLike NumericEquals NumericLessThan ' +
  'DateNotEquals DateGreaterThan Bool BinaryEquals IpAddress NotIpAddress ForAllValues:IpAddress ArnEquals ArnNotLike ' +
  'Null x __proto__'
).split(' ')
const key = fc.oneof(
  fc.constantFrom('a', 'A', 'aws:username', 'aws:PrincipalArn', 'aws:TagKeys', '__proto__'),
  text,
)
const value = fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constant(null))
const values = fc.oneof(value, fc.array(value, { maxLength: 3 }))
const texts = fc.oneof(text, fc.array(text, { maxLength: 3 }))
const statement = fc.record(
  {
    Sid: text,
    Effect: fc.constantFrom('Allow', 'Deny'),
    Action: fc.oneof(fc.constantFrom('*', 'sts:*', 'sts:Assume?ole'), texts),
    Resource: fc.oneof(
      fc.constant('*'),
      fc.string({ maxLength: 9 }).map((end) => `arn:aws:iam::1:${end}`),
      texts,
    ),
    Principal: fc.oneof(
      fc.constantFrom({ AWS: '*' }, { AWS: '111122223333' }, { AWS: ['AROAX', 'AIDAX'] }),
      fc.dictionary(fc.constantFrom('AWS', 'Federated', 'Service', 'x'), texts),
    ),
    Condition: fc.dictionary(
      fc.constantFrom(...operators),
      fc.dictionary(key, values, { maxKeys: 3 }),
      {
        maxKeys: 3,
      },
    ),
  },
  { requiredKeys: ['Effect', 'Action'] },
)
const documentText = fc
  .record({
    Version: fc.constantFrom('2012-10-17', '2008-10-17'),
    Statement: fc.array(statement, { minLength: 1, maxLength: 3 }),
  })
  .map((document) => JSON.stringify(document))

const request: fc.Arbitrary<AccessRequest> = fc.record({
  principal: fc.oneof(
    fc.constantFrom(
      'arn:aws:iam::111122223333:user/alice',
      'arn:aws:sts::111122223333:assumed-role/ci/build',
      'arn:aws:iam::111122223333:oidc-provider/a/b',
      'ec2.amazonaws.com',
    ),
    text,
  ),
  principalId: fc.option(fc.oneof(fc.constantFrom('AIDAX', 'AROAX:build'), text), {
    nil: undefined,
  }),
  action: fc.oneof(fc.constantFrom('sts:AssumeRole', 'STS:assumerole'), text),
  resource: fc.oneof(fc.constantFrom('*', 'arn:aws:iam::111122223333:role/x'), text),
  context: fc
    .array(fc.tuple(key, fc.oneof(text, fc.array(text, { maxLength: 3 }))), { maxLength: 8 })
    .map((entries) => new Map(entries)),
})

describe('whatever comes in', () => {
  it('a document is a policy or a MalformedPolicyDocument', () => {
    fc.assert(
      fc.property(fc.oneof(documentText, text), (document) => {
        for (const kind of kinds) parsed(document, kind)
      }),
      { numRuns: 500 },
    )
  })

  it('a valid document with a few characters changed is one or the other too', () => {
    const valid = JSON.stringify({
      Version: '2012-10-17',
      Id: 'x',
      Statement: [
        {
          Sid: 'A',
          Effect: 'Allow',
          Action: ['ec2:*', 'iam:Get?ser'],
          Resource: ["arn:aws:iam::1:user/${aws:username, 'x'}", '*'],
          Condition: { DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
        },
        { Effect: 'Deny', NotAction: '*', NotResource: 'arn:aws:s3:::a/*' },
      ],
    })
    const edit = fc.tuple(
      fc.nat(valid.length),
      fc.nat(3),
      fc.oneof(text, fc.constantFrom(...valid.split(''))),
    )
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), request, (edits, asked) => {
        const document = edits.reduce(
          (before, [at, removed, added]) =>
            before.slice(0, at) + added + before.slice(at + removed),
          valid,
        )
        const policy = parsed(document, 'identity')
        if (policy) decideAndExplain(asked, { identity: [policy] })
      }),
      { numRuns: 1000 },
    )
  })

  it('a request is decided, or refused for its ambiguous key, and explained printably', () => {
    const seen = new Map<string, number>()
    const policies = fc.record({
      identity: fc.array(documentText, { maxLength: 3 }),
      boundary: fc.option(documentText, { nil: undefined }),
      session: fc.option(fc.array(documentText, { maxLength: 2 }), { nil: undefined }),
      trust: fc.option(documentText, { nil: undefined }),
    })
    fc.assert(
      fc.property(request, policies, (asked, { identity, boundary, session, trust }) => {
        const readable = (documents: readonly string[], kind: DocumentKind) =>
          documents.flatMap((document) => parsed(withoutWrongElements(document, kind), kind) ?? [])
        const kind = decideAndExplain(asked, {
          identity: readable(identity, 'identity'),
          boundary: readable(boundary === undefined ? [] : [boundary], 'managed')[0],
          session: session && readable(session, 'session'),
          trust: readable(trust === undefined ? [] : [trust], 'trust')[0],
        })
        seen.set(kind, (seen.get(kind) ?? 0) + 1)
      }),
      { numRuns: 2000 },
    )
    // Otherwise nothing was tested.
    for (const kind of ['allowed', 'explicitDeny', 'implicitDeny']) assert.ok(seen.has(kind), kind)
  })
})

/** Most documents that were made at will would be refused for these, and nothing behind the parser would be reached. */
function withoutWrongElements(document: string, kind: DocumentKind): string {
  const { Statement, ...rest } = JSON.parse(document)
  const fixed = Statement.map(({ Principal, Resource, ...elements }: Record<string, unknown>) =>
    kind === 'trust'
      ? { ...elements, Sid: '', Principal: Principal ?? { AWS: '*' } }
      : { ...elements, Sid: '', Resource: Resource ?? '*' },
  )
  return JSON.stringify({ ...rest, Statement: fixed })
}

describe('time', () => {
  const decideOn = (statement: object, asked: Partial<AccessRequest> = {}) => {
    const document = JSON.stringify({
      Version: '2012-10-17',
      Statement: { ...everything, ...statement },
    })
    const policies = { identity: [{ name: 'policy', document: parsePolicyDocument(document) }] }
    const request = {
      principal: 'arn:aws:iam::111122223333:user/alice',
      action: 's3:GetObject',
      resource: '*',
      context: new Map(),
      ...asked,
    }
    const began = performance.now()
    const { kind } = evaluate(request, policies)
    return { kind, milliseconds: performance.now() - began }
  }
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
  const long = 'a'.repeat(50_000)
  const patterns = [
    '*a'.repeat(30_000),
    '*a?'.repeat(20_000),
    `*${'a'.repeat(25_000)}?b*`,
    `*${'a'.repeat(25_000)}b*`,
    `${'*aab?'.repeat(10_000)}*`,
    '?*'.repeat(30_000),
  ].map((pattern) => `${pattern}b`)

  it('no wildcards hold the server up, wherever they stand (one request would stop it)', () => {
    for (const pattern of patterns) {
      for (const { kind, milliseconds } of [
        decideOn({ Action: `s3:${pattern}` }, { action: `s3:${long}` }),
        decideOn({ Resource: `arn:aws:s3:::${pattern}` }, { resource: `arn:aws:s3:::${long}` }),
        decideOn(
          { Condition: { StringLike: { a: pattern } } },
          { context: new Map([['a', long]]) },
        ),
        decideOn(
          { Condition: { ArnLike: { a: `arn:aws:s3:::${pattern}` } } },
          { context: new Map([['a', `arn:aws:s3:::${long}`]]) },
        ),
      ]) {
        assert.equal(kind, 'implicitDeny')
        assert.ok(milliseconds < 1_000, `${pattern.slice(0, 20)}… took ${milliseconds} ms`)
      }
    }
  })

  it('no values do either (each of the policy reads that of the request)', () => {
    const many = (value: (index: number) => string) =>
      Array.from({ length: 3_000 }, (_, index) => value(index))
    for (const [operator, wanted, found] of [
      ['NumericLessThan', many((index) => `-${index}`), '1'.repeat(100_000)],
      ['DateEquals', many((index) => `${index}-01`), `2026-01-01T00:00:00.${'1'.repeat(100_000)}`],
      ['DateEquals', many((index) => `${index}-01`), '1'.repeat(100_000)],
      ['IpAddress', many((index) => `${index.toString(16)}::/16`), `${'1:'.repeat(50_000)}:`],
      ['Bool', many(() => 'true'), 'false'.repeat(1_000)],
    ] as const) {
      const Condition = { [operator]: { a: wanted } }
      const { kind, milliseconds } = decideOn({ Condition }, { context: new Map([['a', found]]) })
      assert.equal(kind, 'implicitDeny')
      assert.ok(milliseconds < 1_000, `${operator} took ${milliseconds} ms`)
    }
  })
})
