import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DocumentCache } from './document-cache.ts'
import { evaluateLine } from './evaluate-line.ts'

const ALICE = 'arn:aws:iam::111122223333:user/alice'
const ROLE = 'arn:aws:iam::111122223333:role/ops'
const statement = { Effect: 'Allow', Action: 'iam:*', Resource: '*' }
const policy = (changes: object = {}) => ({
  Version: '2012-10-17',
  Statement: { ...statement, ...changes },
})
const request = { principal: ALICE, action: 'iam:GetUser', resource: ALICE, context: {} }

const answer = (text: string) => evaluateLine({ text }, new DocumentCache())

function decide(line: object): unknown {
  const { decision, error }: { decision: string; error?: string } = JSON.parse(
    answer(JSON.stringify({ id: 1, policies: [policy()], request, ...line })),
  )
  return error ?? decision
}

describe('evaluateLine', () => {
  it('decides by identity policies', () => {
    assert.equal(decide({}), 'allowed')
    assert.equal(decide({ policies: [] }), 'implicitDeny')
    assert.equal(decide({ policies: [policy(), policy({ Effect: 'Deny' })] }), 'explicitDeny')
  })
  it('takes documents as JSON and as text', () => {
    assert.equal(decide({ policies: [JSON.stringify(policy())] }), 'allowed')
    assert.equal(decide({ boundary: JSON.stringify(policy({ Action: 'sts:*' })) }), 'implicitDeny')
  })
  it('limits by boundary and session policies, and null or an empty list limits nothing', () => {
    const other = policy({ Action: 'sts:*' })
    assert.equal(decide({ boundary: null, session: null }), 'allowed')
    assert.equal(decide({ session: [] }), 'allowed')
    assert.equal(decide({ boundary: other }), 'implicitDeny')
    assert.equal(decide({ session: other }), 'implicitDeny')
    assert.equal(decide({ session: [other, policy()] }), 'allowed')
  })
  it('asks the trust policy for actions of STS alone', () => {
    const trust = (AWS: string) => ({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' },
    })
    const assume = { ...request, action: 'sts:AssumeRole', resource: ROLE }
    assert.equal(decide({ policies: [], trust: trust(ALICE), request: assume }), 'allowed')
    assert.equal(
      decide({ policies: [], trust: trust('111122223333'), request: assume }),
      'implicitDeny',
    )
    assert.equal(decide({ trust: trust('999922223333'), request: assume }), 'implicitDeny')
    const read = { ...request, action: 'iam:GetRole', resource: ROLE }
    assert.equal(decide({ trust: trust('999922223333'), request: read }), 'allowed')
  })
  it('takes a list in the context for several values, and adds nothing', () => {
    const tags = (operator: string) => ({
      policies: [policy({ Condition: { [operator]: { 'aws:TagKeys': 'Env' } } })],
      request: { ...request, context: { 'aws:TagKeys': ['Env'] } },
    })
    assert.equal(decide(tags('StringEquals')), 'implicitDeny')
    assert.equal(decide(tags('ForAnyValue:StringEquals')), 'allowed')
    const arn = { ArnEquals: { 'aws:PrincipalArn': ALICE } }
    assert.equal(decide({ policies: [policy({ Condition: arn })] }), 'implicitDeny')
  })
  it('gives any id back as it was written', () => {
    for (const id of [
      '1.0',
      '-0',
      '1e999',
      'null',
      '"\\u00e9\\ud800"',
      '{"a":1,"a":[2]}',
      '[[]]',
    ]) {
      const text = `{"id":${id},"policies":[],"request":${JSON.stringify(request)}}`
      assert.equal(answer(text), `{"id":${id},"decision":"implicitDeny"}`)
    }
    assert.match(answer('{"policies":[]}'), /^\{"id":null,/)
  })
  it('denies for a malformed document of any kind, and says why', () => {
    const malformed = policy({ Effect: 'allow' })
    for (const line of [
      { policies: [policy(), malformed] },
      { boundary: malformed },
      { session: malformed },
      { session: [policy(), malformed] },
      { policies: ['{'] },
      { policies: [7] },
      { policies: [null] },
      { request: { ...request, action: 'sts:AssumeRole' }, trust: policy() },
    ]) {
      assert.match(String(decide(line)), /^MalformedPolicyDocument: \S/, JSON.stringify(line))
    }
  })
  it('finds a key twice in a document (the last one would win silently), and keeps the id', () => {
    const doubled =
      '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}'
    for (const document of [doubled, JSON.stringify(doubled)]) {
      const text = `{"id":"x","policies":[${document}],"request":${JSON.stringify(request)}}`
      assert.match(
        answer(text),
        /^\{"id":"x","decision":"implicitDeny","error":"MalformedPolicyDocument: .* twice/,
      )
    }
  })
  it('denies for a malformed line, and says why', () => {
    for (const [text, why] of [
      ['x', /not a JSON object/],
      ['[]', /not a JSON object/],
      ['{"id":1', /closing brace/],
      ['{"id":tru}', /id is not JSON/],
      ['{"id":1}', /has no request/],
      [`{"request":${JSON.stringify(request)}}`, /policies is not a list/],
      [`{"policies":{},"request":${JSON.stringify(request)}}`, /policies is not a list/],
      ['{"policies":[],"request":[]}', /request is not an object/],
      ['{"policies":[],"request":{"action":1}}', /request.principal is not a text/],
      ['{"policies":[],"request":{"action":"a","action":"b"}}', /request is not JSON .* twice/],
    ] as const) {
      const { decision, error }: { decision: string; error: string } = JSON.parse(answer(text))
      assert.equal(decision, 'implicitDeny')
      assert.match(error, /^ValidationException: The line cannot be read: /)
      assert.match(error, why)
    }
    for (const context of [[], { a: 1 }, { a: null }, { a: [1] }, { a: [['x']] }, 'a']) {
      assert.match(String(decide({ request: { ...request, context } })), /^ValidationException: /)
    }
    assert.match(evaluateLine({ fault: 'it is not UTF-8' }, new DocumentCache()), /not UTF-8/)
  })
  it('denies when a key comes in two spellings and a policy asks for it', () => {
    const asking = policy({ Condition: { StringEquals: { 'aws:ResourceTag/env': 'a' } } })
    const context = { 'aws:ResourceTag/env': 'a', 'aws:ResourceTag/Env': 'b' }
    const said = decide({ policies: [asking], request: { ...request, context } })
    assert.match(String(said), /^ValidationException: .*more than one value/)
  })
  it('takes __proto__ for a key like any other', () => {
    const asking = policy({ Condition: { StringEquals: { __PROTO__: 'x' } } })
    const text = `{"id":1,"policies":[${JSON.stringify(asking)}],"request":{"principal":"${ALICE}","action":"iam:GetUser","resource":"*","context":{"__proto__":"x"}}}`
    assert.match(answer(text), /"allowed"/)
  })
  it('leaves other members alone', () => assert.equal(decide({ note: 'x', expect: {} }), 'allowed'))
})

describe('DocumentCache', () => {
  it('compiles a text once for each kind, refusals too', () => {
    const documents = new DocumentCache()
    const text = JSON.stringify(policy())
    assert.equal(documents.get(text, 'identity'), documents.get(text, 'identity'))
    assert.notEqual(documents.get(text, 'identity'), documents.get(text, 'session'))
    const caught = () => {
      try {
        return documents.get('{', 'identity')
      } catch (error) {
        return error
      }
    }
    assert.equal(caught(), caught())
  })
  it('forgets rather than grow', () => {
    const documents = new DocumentCache()
    const first = documents.get(JSON.stringify(policy()), 'identity')
    for (let count = 0; count < 100; count += 1) {
      documents.get(
        JSON.stringify({ ...policy(), Id: String(count).padStart(100_000) }),
        'identity',
      )
    }
    assert.notEqual(documents.get(JSON.stringify(policy()), 'identity'), first)
  })
})
