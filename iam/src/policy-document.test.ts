import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parsePolicyDocument } from './policy-document.ts'

const statement = { Effect: 'Allow', Action: 'ec2:*', Resource: '*' }
const policy = (changes: object = {}, elements: object = {}) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { ...statement, ...changes }, ...elements })

const refuses = (text: string, message: string | RegExp) =>
  assert.throws(() => parsePolicyDocument(text), {
    code: 'MalformedPolicyDocument',
    status: 400,
    message,
  })

describe('parsePolicyDocument', () => {
  it('takes one statement or a list, and says 2008 for a document without a version', () => {
    assert.equal(parsePolicyDocument(policy()).statements.length, 1)
    const { version, id, statements } = parsePolicyDocument(
      JSON.stringify({ Id: 'x', Statement: [statement, { ...statement, Sid: 'Two' }] }),
    )
    assert.deepEqual([version, id], ['2008-10-17', 'x'])
    assert.deepEqual(
      statements.map(({ number, sid }) => [number, sid]),
      [
        [1, undefined],
        [2, 'Two'],
      ],
    )
  })

  it('refuses what is not a JSON object', () => {
    for (const text of ['', 'no', '[]', '"x"', 'null', '1']) {
      refuses(text, /^Syntax errors in policy\. /)
    }
  })

  it('refuses a doubled key (the second Effect would silently win)', () => {
    refuses(
      '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}',
      /a key stands twice/,
    )
  })

  it('refuses unknown elements (a misspelled Condition would limit nothing)', () => {
    refuses(
      policy({ Conditions: {} }),
      /^Syntax errors in policy\. .* unknown element "Conditions"/,
    )
    refuses(policy({}, { Extra: 1 }), /^Syntax errors in policy\. .* unknown element "Extra"/)
    refuses(policy({ condition: {} }), /unknown element "condition"/)
  })

  it('refuses __proto__ and constructor as elements', () => {
    const text = policy().replace('"Effect"', '"__proto__":{"Effect":"Allow"},"Effect"')
    refuses(text, /unknown element "__proto__"/)
    refuses(policy({ constructor: 1 }), /unknown element "constructor"/)
  })

  it('refuses an unknown operator by its name', () => {
    refuses(
      policy({ Condition: { StringMatches: { 'ec2:osuser': 'x' } } }),
      'Syntax errors in policy. The condition operator "StringMatches" is not known.',
    )
    refuses(policy({ Condition: { constructor: { a: 'x' } } }), /"constructor" is not known/)
  })

  it('refuses versions that are not known', () => {
    refuses(policy({}, { Version: '2013-10-17' }), /^Syntax errors in policy\. The Version/)
  })

  it('refuses a document without statements', () => {
    refuses('{"Version":"2012-10-17"}', /has no Statement/)
    refuses('{"Version":"2012-10-17","Statement":[]}', /has no Statement/)
  })

  it('refuses an Effect in another letter case', () => {
    refuses(policy({ Effect: 'deny' }), /^The policy failed legacy parsing\./)
    refuses(policy({ Effect: 'Permit' }), /^Syntax errors in policy\./)
    refuses(policy({ Effect: undefined }), /^Syntax errors in policy\./)
  })

  it('refuses statements without actions or resources', () => {
    refuses(policy({ Action: undefined }), 'Policy statement must contain actions.')
    refuses(policy({ Action: [] }), 'Policy statement must contain actions.')
    refuses(policy({ Resource: undefined }), 'Policy statement must contain resources.')
    refuses(policy({ Resource: [] }), 'Policy statement must contain resources.')
  })

  it('refuses elements that exclude each other (one of them would be ignored)', () => {
    refuses(policy({ NotAction: 's3:*' }), /has both Action and NotAction/)
    refuses(policy({ NotResource: [] }), /has both Resource and NotResource/)
  })

  it('refuses a principal: an identity policy has none', () => {
    refuses(policy({ Principal: '*' }), 'Policy document should not specify a principal.')
    refuses(policy({ NotPrincipal: '*' }), 'Policy document should not specify a principal.')
  })

  it('refuses doubled and ill-formed Sids', () => {
    const twice = [
      { ...statement, Sid: 'A' },
      { ...statement, Sid: 'A' },
    ]
    refuses(
      JSON.stringify({ Statement: twice }),
      'Statement IDs (SID) in a single policy must be unique.',
    )
    refuses(policy({ Sid: 'no-dash' }), /^Statement IDs \(SID\) must be alpha-numeric\./)
    const empty = [
      { ...statement, Sid: '' },
      { ...statement, Sid: '' },
    ]
    assert.equal(parsePolicyDocument(JSON.stringify({ Statement: empty })).statements.length, 2)
  })

  it('refuses values of the wrong type', () => {
    for (const changes of [
      { Sid: {} },
      { Action: {} },
      { Action: [[]] },
      { Resource: [1] },
      { Condition: [] },
      { Condition: 'a' },
      { Condition: { StringEquals: 'b' } },
      { Condition: { StringEquals: [] } },
      { Condition: { StringEquals: { a: [['x']] } } },
    ]) {
      refuses(policy(changes), /^Syntax errors in policy\. /)
    }
    refuses(policy({}, { Id: {} }), /^Syntax errors in policy\. /)
  })

  it('refuses characters that IAM does not take (a look-alike could hide in a review)', () => {
    refuses(policy({ Resource: 'arn:aws:s3:::а' }), /character beyond U\+00FF/)
    refuses(`${policy()}\u0000`, /character beyond U\+00FF or a control character/)
  })

  it('refuses documents that are too long or too deep (would use up memory and stack)', () => {
    refuses(' '.repeat(131_073), /longer than 131072 characters/)
    refuses(policy({ Condition: 0 }).replace('0}', `${'['.repeat(60_000)}}`), /nested deeper/)
  })

  it('answers any document with a policy or a MalformedPolicyDocument', () => {
    const word = fc.constantFrom(
      'Allow',
      'Deny',
      '*',
      'ec2:*',
      'x',
      'arn:aws:s3:::${a}',
      'true',
      7,
      null,
    )
    const value = fc.oneof(word, fc.array(word, { maxLength: 3 }))
    const condition = fc.dictionary(
      fc.constantFrom('StringLike', 'Null', 'Bool', 'IpAddress', 'ForAnyValue:DateEquals', 'x'),
      fc.oneof(fc.dictionary(fc.constantFrom('a:b', 'A:b', '__proto__'), value), value),
    )
    const element = fc.constantFrom(
      'Effect',
      'Action',
      'NotAction',
      'Resource',
      'NotResource',
      'Sid',
    )
    const anyStatement = fc
      .tuple(fc.dictionary(element, value), fc.option(condition, { nil: undefined }))
      .map(([elements, Condition]) => ({ ...statement, ...elements, Condition }))
    fc.assert(
      fc.property(fc.array(anyStatement, { maxLength: 3 }), (Statement) => {
        try {
          parsePolicyDocument(JSON.stringify({ Version: '2012-10-17', Statement }))
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'MalformedPolicyDocument')
        }
      }),
      { numRuns: 300 },
    )
  })
})
