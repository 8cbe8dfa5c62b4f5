import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parsePolicyDocument } from '../policy-document.ts'
import type { Home, LintedKind } from './finding.ts'
import { lintPolicy, LINTS } from './lint-policy.ts'

const INSTANCES = 'arn:aws:ec2:*:*:instance/*'
const push = {
  Effect: 'Allow',
  Action: 'ec2-instance-connect:SendSSHPublicKey',
  Resource: INSTANCES,
  Condition: { StringEquals: { 'ec2:osuser': 'deploy', 'aws:ResourceTag/Env': 'staging' } },
}
const describeInstances = { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' }

interface Options {
  readonly kind?: LintedKind
  readonly home?: Home
  readonly version?: string | undefined
}

/** `level lint: what | instead`, of the statements given. */
function said(statements: object | readonly object[], options: Options = {}): readonly string[] {
  const document = { Version: '2012-10-17', Statement: statements }
  if ('version' in options) Object.assign(document, { Version: options.version })
  const findings = lintPolicy({
    document: parsePolicyDocument(JSON.stringify(document), options.kind),
    kind: options.kind ?? 'identity',
    home: options.home,
  })
  return findings.map(({ level, lint, what, instead }) => `${level} ${lint}: ${what} | ${instead}`)
}

function isPolicy(statements: readonly object[]): boolean {
  try {
    parsePolicyDocument(JSON.stringify({ Version: '2012-10-17', Statement: statements }))
    return true
  } catch {
    return false
  }
}

/** Exactly these lints have something to say, each in these words. */
function says(
  statements: object | readonly object[],
  expected: Readonly<Record<string, RegExp>>,
  options?: Options,
) {
  const lines = said(statements, options)
  const names = lines.map((line) => /^\w+ ([\w-]+):/.exec(line)?.[1])
  assert.equal(names.length, Object.keys(expected).length, lines.join('\n'))
  assert.deepEqual(new Set(names), new Set(Object.keys(expected)))
  for (const [name, pattern] of Object.entries(expected)) {
    const line = lines.find((one) => one.includes(` ${name}: `)) ?? ''
    assert.match(line, pattern)
  }
}

const isSilent = (statements: object | readonly object[], options?: Options) =>
  assert.deepEqual(said(statements, options), [])

describe('lintPolicy', () => {
  it('has nothing to say about a policy as the documentation has it', () => {
    isSilent([push, describeInstances])
  })
  it('puts the worst first, then goes by statement', () => {
    const lines = said([
      { ...push, Condition: undefined },
      { ...push, Action: 'ec2-instance-connect:SendSSHPublicKeys' },
    ])
    const levels = lines.map((line) => line.split(' ')[0])
    const order = ['error', 'warning', 'suggestion']
    assert.ok(levels.length >= 3)
    assert.deepEqual(
      levels,
      levels.toSorted((one = '', other = '') => order.indexOf(one) - order.indexOf(other)),
    )
  })
  it('names the statement and its Sid', () => {
    const text = JSON.stringify({
      Version: '2012-10-17',
      Statement: [describeInstances, { ...push, Sid: 'Push', Condition: undefined }],
    })
    const [finding] = lintPolicy({
      document: parsePolicyDocument(text),
      kind: 'identity',
      home: undefined,
    })
    assert.deepEqual([finding?.statement, finding?.sid], [2, 'Push'])
  })
  it('has a file for every lint', () => {
    const others = ['finding', 'lint-policy', 'conditions', 'covering', 'missing-key', 'overlap']
    const files = readdirSync(import.meta.dirname)
      .filter((name) => !name.endsWith('.test.ts'))
      .map((name) => name.replace('.ts', ''))
      .filter((name) => ![...others, 'phrases', 'reach', 'spelling'].includes(name))
    assert.deepEqual(new Set(LINTS.keys()), new Set(files))
  })
  it('answers to whatever is a policy', () => {
    const entry = (...texts: readonly string[]) =>
      fc.array(fc.constantFrom(...texts), { minLength: 1 })
    const word = fc.string({
      unit: fc.constantFrom('a', ':', '/', '*', '?', 'é', '"'),
      maxLength: 8,
    })
    const key = fc.oneof(
      word,
      fc.constantFrom('aws:TagKeys', 'ec2:osuser', 'aws:ResourceTag/', '__proto__'),
    )
    const operator = fc.constantFrom(
      'StringLike',
      'ForAllValues:ArnLikeIfExists',
      'ForAnyValue:Null',
    )
    const values = fc.array(fc.constantFrom('true', '*', 'false'), { maxLength: 2 })
    const statement = fc.record(
      {
        Effect: fc.constantFrom('Allow', 'Deny'),
        Action: fc.oneof(
          entry('*', 'iam:*', 'ec2:Desc*', 'toString:a'),
          word.map((text) => `a:${text.replaceAll(':', '')}`),
        ),
        Resource: fc.oneof(
          entry('*', 'arn:aws:ec2:*', 'arn:aws:ec2:::instance/x'),
          word.map((text) => `arn:aws:s3:::${text}`),
        ),
        Condition: fc.dictionary(operator, fc.dictionary(key, values)),
      },
      { requiredKeys: ['Effect', 'Action', 'Resource'] },
    )
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), (statements) => {
        for (const line of isPolicy(statements) ? said(statements) : [])
          assert.ok(line.length < 4_000)
      }),
      { numRuns: 500 },
    )
  })
  it('answers in time to the largest documents', { timeout: 120_000 }, () => {
    const many = (count: number, make: (index: number) => unknown) =>
      Array.from({ length: count }, (_, index) => make(index))
    for (const statements of [
      { ...describeInstances, Action: many(8_000, (index) => `iam:C${index}`) },
      { ...describeInstances, Action: many(8_000, (index) => `iam:*${index % 10}*r`) },
      { ...push, Resource: many(4_000, (index) => `arn:aws:ec2:*:*:*/${index}*`) },
      { ...push, Resource: `arn:aws:ec2:*:*:${'*a'.repeat(50_000)}` },
      many(1_200, (index) => ({ ...describeInstances, Action: `ec2:D${index}*` })),
      {
        ...push,
        Condition: { StringLike: { 'ec2:osuser': many(8_000, (index) => `u${index}*`) } },
      },
      {
        ...push,
        Condition: {
          StringLike: Object.fromEntries(
            Array.from({ length: 4_000 }, (_, index) => [`aws:Resourc${index}`, '*']),
          ),
        },
      },
    ]) {
      const start = process.cpuUsage()
      said(statements)
      // Of the processor, in microseconds: the machine may be busy. What is quadratic takes minutes.
      assert.ok(process.cpuUsage(start).user < 5_000_000)
    }
  })
})

describe('unknown-action', () => {
  it('says what was meant: another spelling, another service, another service prefix', () => {
    for (const [action, meant] of [
      ['ec2-instance-connect:SendSSHPublicKeys', 'ec2-instance-connect:SendSSHPublicKey'],
      ['ec2:SendSSHPublicKey', 'ec2-instance-connect:SendSSHPublicKey'],
      ['ec2-instance-conect:Send*', 'ec2-instance-connect'],
      ['iam:CreateUsr', 'iam:CreateUser'],
    ]) {
      says(
        { ...describeInstances, Action: action },
        {
          'unknown-action': new RegExp(`^error .* Did you mean "${meant}"\\?`),
        },
      )
    }
  })
  it('only mentions services that Fleetkey does not have', () => {
    says(
      { ...describeInstances, Action: 's3:GetObject' },
      {
        'unknown-action': /^suggestion .* Fleetkey has no service "s3"/,
      },
    )
  })
  it('warns of what AWS may have and Fleetkey has not, also under NotAction', () => {
    says(
      { ...describeInstances, Action: 'iam:UploadSigningCertificate' },
      {
        'unknown-action': /^warning .* is no action of Fleetkey/,
      },
    )
    says(
      { Effect: 'Deny', NotAction: ['iam:Upload*', 'iam:*'], Resource: '*' },
      { 'unknown-action': /^warning/ },
    )
  })
  it('counts letter case and wildcards as IAM does', () => {
    isSilent({ ...describeInstances, Action: ['EC2:describeinstances', 'ec2:Describe*'] })
  })
})

describe('condition keys', () => {
  const where = (condition: object, changes: object = {}) => ({
    ...push,
    Condition: { ...push.Condition, ...condition },
    ...changes,
  })
  it('that no request has are named, with what was meant', () => {
    says(where({ StringLike: { 'ec2:os-user': 'x' } }), {
      'unknown-condition-key': /^warning .* Did you mean "ec2:osuser"/,
    })
    says(where({ StringLike: { 'aws:ResourceTags/Team': 'x' } }), {
      'unknown-condition-key': /Did you mean "aws:ResourceTag\/Team"/,
    })
    says(where({ StringLike: { 'aws:ResourceTag': 'x' } }), {
      'unknown-condition-key': /Did you mean "aws:ResourceTag\/KEY"/,
    })
    says(where({ StringLike: { 's3:prefix': 'x' } }), { 'unknown-condition-key': /Use a key that/ })
  })
  it('may be claims of an OpenID Connect provider', () => {
    isSilent(where({ StringLike: { 'login.example.org/realms/x:sub': 'a*' } }))
  })
  it('that the action never has are named', () => {
    says(
      { ...where({}), Action: 'ec2-instance-connect:SendSerialConsoleSSHPublicKey' },
      { 'key-without-action': /^warning .* never have "ec2:osuser"/ },
    )
    says({ ...where({}), Action: 'ec2-instance-connect:Send*' }, {})
    says(
      {
        ...where({}),
        Action: [
          'ec2-instance-connect:SendSSHPublicKey',
          'ec2-instance-connect:SendSerialConsoleSSHPublicKey',
        ],
      },
      {
        'key-without-action': /^warning .*SendSerialConsoleSSHPublicKey never have .* of their own/,
      },
    )
  })
  it('with several values need ForAllValues or ForAnyValue', () => {
    const tag = { ...push, Action: 'ec2:CreateTags' }
    says(
      { ...tag, Condition: { StringEquals: { 'aws:TagKeys': 'Env' } } },
      {
        'bare-operator-on-list': /^error .* Write "ForAnyValue:StringEquals"/,
      },
    )
    says(
      { ...tag, Condition: { StringNotEquals: { 'aws:TagKeys': 'Env' } } },
      {
        'bare-operator-on-list': /Write "ForAllValues:StringNotEquals"/,
      },
    )
    isSilent({ ...tag, Condition: { Null: { 'aws:TagKeys': 'true' } } })
  })
  it('under ForAllValues need a guard in an Allow', () => {
    const all = { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'Env' } }
    const tag = { ...push, Action: 'ec2:CreateTags' }
    says(
      { ...tag, Condition: all },
      {
        'for-all-values-unguarded': /^warning .* "Null": \{"aws:TagKeys": "false"\}/,
      },
    )
    isSilent({ ...tag, Condition: { ...all, Null: { 'AWS:tagkeys': 'false' } } })
    isSilent({ ...tag, Condition: { ...all, 'ForAnyValue:StringLike': { 'aws:TagKeys': 'E*' } } })
    isSilent({ ...tag, Effect: 'Deny', Condition: all })
    says(
      { ...tag, Condition: { ...all, Null: { 'aws:TagKeys': 'true' } } },
      {
        'for-all-values-unguarded': /./,
      },
    )
  })
  it('are compared by their type', () => {
    says(where({ StringLike: { 'aws:SourceIp': '10.*' } }), {
      'operator-type': /^warning .* Use IpAddress/,
    })
    says(where({ NumericEquals: { 'ec2:osuser': 1 } }), { 'operator-type': /Use StringEquals/ })
    isSilent(where({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/x' } }))
    isSilent(where({ DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } }))
    isSilent(where({ NumericLessThan: { 'aws:EpochTime': 1 } }))
    isSilent(where({ BoolIfExists: { 'aws:MultiFactorAuthPresent': true } }))
    isSilent(where({ Null: { 'aws:SourceIp': 'false' } }))
  })
  it('are not compared letter by letter with a wildcard', () => {
    says(
      {
        ...push,
        Condition: {
          StringEquals: { 'ec2:osuser': 'de*' },
          StringLike: { 'aws:ResourceTag/a': '?' },
        },
      },
      {
        'equals-with-wildcard': /^warning .* Did you mean StringLike\?/,
      },
    )
    says(where({ 'ForAnyValue:StringNotEqualsIgnoreCaseIfExists': { 'aws:CalledVia': 'x?' } }), {
      'equals-with-wildcard': /Did you mean ForAnyValue:StringNotLikeIfExists\?/,
    })
    isSilent(where({ StringNotEquals: { 'aws:username': '${*}' } }))
  })
  it('with conditions that can never hold are named', () => {
    for (const condition of [
      { StringLike: { 'aws:username': [] } },
      { ArnLike: { 'aws:PrincipalArn': 'alice' } },
      { 'ForAnyValue:Null': { 'aws:username': 'true' } },
      { Null: { 'aws:username': [] } },
    ]) {
      says(where(condition), { 'condition-never-holds': /^error .* can never hold/ })
    }
    isSilent(where({ StringNotEquals: { 'aws:username': [] } }))
    isSilent(where({ StringLikeIfExists: { 'aws:username': [] } }))
    isSilent(where({ ArnLike: { 'aws:PrincipalArn': '${aws:PrincipalTag/arn}' } }))
  })
})

describe('resource-type', () => {
  it('names actions that have no resource of their own', () => {
    says(
      { ...describeInstances, Resource: INSTANCES },
      {
        'resource-type': /^warning .*DescribeInstances" never asks .* write "Resource": "\*"/,
      },
    )
    isSilent({ ...describeInstances, Resource: ['*', INSTANCES] })
  })
  it('names resources that no action asks for', () => {
    const lines = said({ ...push, Resource: [INSTANCES, 'arn:aws:ec2:*:*:instances/i-1'] })
    assert.match(
      lines.join(),
      /^warning resource-type: No action .* like "arn:aws:ec2:\*:\*:instances/,
    )
    says(
      { ...push, Resource: 'arn:aws:ec2:*:*:image/*' },
      {
        'resource-type': /asks for arn:\$\{Partition\}:ec2/,
      },
    )
  })
  it('lets a wildcard take along what does not fit', () => {
    isSilent({ ...push, Action: ['ec2:*'], Condition: undefined })
  })
  it('takes a variable for any text', () => {
    isSilent({
      Effect: 'Allow',
      Action: 'iam:CreateAccessKey',
      Resource: 'arn:aws:iam::*:user/${aws:username}',
    })
  })
})

describe('arn-spelling', () => {
  const at = (Resource: string) => ({ ...push, Resource })
  it('names accounts, Regions and instances that cannot be', () => {
    says(at('arn:aws:ec2:*:11112222333:instance/*'), {
      'arn-spelling': /^error .* twelve digits/,
    })
    says(at('arn:aws:ec2:*::instance/*'), { 'arn-spelling': /^error .* names no account/ })
    says(at('arn:aws:ec2::111122223333:instance/*'), { 'arn-spelling': /^error .* no Region/ })
    says(at('arn:aws:ec2:*:*:instance/web-1'), {
      'arn-spelling': /^error .*"web-1".* is no instance ID/,
    })
    isSilent(at('arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc'))
  })
  it('names another account and Region when it knows its own', () => {
    const home = { accountId: '111122223333', region: 'eu-west-1' }
    const options = { home }
    says(
      at('arn:aws:ec2:eu-west-1:999922223333:instance/*'),
      {
        'arn-spelling': /^warning .* account 999922223333; this one is 111122223333/,
      },
      options,
    )
    says(
      at('arn:aws:ec2:eu-west-2:111122223333:instance/*'),
      {
        'arn-spelling': /^warning .* Region "eu-west-2"; this one is eu-west-1/,
      },
      options,
    )
    isSilent(at('arn:aws:ec2:eu-west-1:111122223333:instance/i-*'), options)
    isSilent(
      { ...describeInstances, Action: 'iam:GetPolicy', Resource: 'arn:aws:iam::aws:policy/x' },
      options,
    )
  })
})

describe('what grants more than it seems', () => {
  it('is a push without ec2:osuser: any user, root too', () => {
    const tagged = { StringEquals: { 'aws:ResourceTag/Env': 'staging' } }
    says({ ...push, Condition: tagged }, { 'any-os-user': /^warning/ })
    says(
      { ...push, Condition: { ...tagged, StringLike: { 'ec2:osuser': ['x', '*'] } } },
      {
        'any-os-user': /./,
      },
    )
    isSilent({ ...push, Condition: { ...tagged, StringNotEquals: { 'ec2:osuser': 'root' } } })
    isSilent({ ...push, Condition: tagged }, { kind: 'session' })
    isSilent({ ...push, Condition: tagged, Effect: 'Deny' })
  })
  it('is a push to every instance', () => {
    const named = { StringEquals: { 'ec2:osuser': 'deploy' } }
    for (const resource of [
      '*',
      INSTANCES,
      'arn:aws:ec2:*',
      'arn:aws:ec2:eu-west-1:111122223333:instance/*',
      'arn:aws:ec2:*:*:instance/i-*',
    ]) {
      says({ ...push, Resource: resource, Condition: named }, { 'every-instance': /^suggestion/ })
    }
    isSilent({ ...push, Resource: 'arn:aws:ec2:*:*:instance/i-0a*', Condition: named })
  })
  it('is Allow with NotAction or NotResource', () => {
    const lines = said({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' })
    assert.match(lines.join('\n'), /warning allow-not-action: It allows every action but "iam:\*"/)
    says(
      { ...push, Resource: undefined, NotResource: 'arn:aws:ec2:*:*:instance/i-1' },
      {
        'allow-not-resource': /^warning .* everything but "arn:aws:ec2:/,
      },
    )
    isSilent({ Effect: 'Deny', NotAction: 'iam:*', NotResource: INSTANCES })
  })
  it('is everything on everything, which is said once', () => {
    const all = { Effect: 'Allow', Action: '*', Resource: '*' }
    says(all, { administrator: /^warning/ })
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': true } }
    says({ ...all, Condition }, { administrator: /^suggestion/ })
    isSilent(all, { kind: 'session' })
    isSilent({ ...all, Effect: 'Deny' })
  })
  it('is what hands on rights', () => {
    says(
      { Effect: 'Allow', Action: 'iam:Put*', Resource: '*' },
      {
        'handing-on-rights': /^suggestion .*iam:PutUserPolicy/,
      },
    )
    says(
      { Effect: 'Allow', Action: 'fleetkey:GrantAny*', Resource: '*' },
      {
        'handing-on-rights': /^warning/,
      },
    )
    isSilent({ Effect: 'Allow', Action: 'iam:Get*', Resource: '*' })
    isSilent({
      Effect: 'Allow',
      Action: ['iam:CreateAccessKey', 'iam:ChangePassword'],
      Resource: 'arn:aws:iam::111122223333:user/${aws:username}',
    })
  })
})

describe('deny-never-matches', () => {
  const deny = { ...push, Effect: 'Deny' }
  it('finds a Deny whose action, resource or condition can never be met', () => {
    for (const changes of [
      { Action: 'ec2-instance-connect:SendSSHPublicKeys' },
      { Action: undefined, NotAction: '*' },
      { Resource: 'arn:aws:iam::*:user/*' },
      { Action: 'ec2:DescribeInstances', Condition: undefined },
      { Action: 'ec2:CreateTags', Condition: { StringEquals: { 'aws:TagKeys': 'x' } } },
      { Action: 'ec2:CreateTags', Condition: { StringEquals: { 'ec2:osuser': 'x' } } },
      { Condition: { StringEquals: { 'ec2:osuser': [] } } },
    ]) {
      assert.match(said({ ...deny, ...changes }).join('\n'), /error deny-never-matches: /)
    }
  })
  it('leaves a Deny alone that can be met', () => {
    isSilent(deny)
    isSilent({ ...deny, Action: '*', Resource: '*' })
    isSilent({ ...deny, Condition: { StringNotEquals: { 'ec2:osuser': 'x' } } })
    isSilent({ ...deny, Condition: { StringEqualsIfExists: { 'aws:username': 'x' } } })
    isSilent({ ...deny, Resource: undefined, NotResource: 'arn:aws:iam::*:user/*' })
  })
})

describe('trust policies', () => {
  const OIDC = 'arn:aws:iam::111122223333:oidc-provider/login.example.org/staff'
  const trust = (changes: object) => ({
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::111122223333:user/alice' },
    Action: 'sts:AssumeRole',
    ...changes,
  })
  const options: Options = { kind: 'trust' }

  it('that name whom they trust are fine', () => {
    isSilent(trust({}), options)
    isSilent(
      trust({ Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] }),
      options,
    )
  })
  it('that trust everybody are named', () => {
    const everybody = trust({ Principal: { AWS: '*' } })
    says(everybody, { 'everybody-trusted': /^warning/ }, options)
    const where = (Condition: object) => ({ ...everybody, Condition })
    says(where({ Bool: { 'aws:SecureTransport': true } }), { 'everybody-trusted': /./ }, options)
    says(where({ StringLike: { 'aws:PrincipalArn': '*' } }), { 'everybody-trusted': /./ }, options)
    isSilent(where({ StringEquals: { 'aws:PrincipalAccount': '111122223333' } }), options)
    isSilent({ ...everybody, Effect: 'Deny' }, options)
  })
  it('that take any token of a provider are named', () => {
    const web = (Condition?: object) =>
      trust({ Principal: { Federated: OIDC }, Action: 'sts:AssumeRoleWithWebIdentity', Condition })
    const aud = { 'login.example.org/staff:aud': 'fleetkey' }
    const sub = { 'login.example.org/staff:sub': 'group:ops' }
    says(web(), { 'web-identity-unbounded': /^error .*staff:aud/ }, options)
    says(web({ StringEquals: aud }), { 'web-identity-unbounded': /^warning/ }, options)
    says(
      web({ StringEquals: aud, StringLike: { 'login.example.org/staff:sub': '*' } }),
      { 'web-identity-unbounded': /^warning/ },
      options,
    )
    says(web({ StringEqualsIfExists: sub }), { 'web-identity-unbounded': /^error/ }, options)
    isSilent(web({ StringEquals: { ...aud, ...sub } }), options)
    const groups = { 'login.example.org/staff:groups': ['sre'] }
    isSilent(web({ StringEquals: aud, 'ForAnyValue:StringEquals': groups }), options)
    says(
      web({ 'ForAnyValue:StringEquals': groups }),
      { 'web-identity-unbounded': /^error/ },
      options,
    )
  })
  it('whose principals cannot use the action are named', () => {
    says(
      trust({ Action: 'sts:AssumeRoleWithWebIdentity' }),
      { 'principal-mismatch': /^error .* under AWS.*sts:AssumeRole\.$/ },
      options,
    )
    const lines = said(trust({ Principal: { Federated: OIDC } }), options)
    assert.match(lines.join('\n'), /error principal-mismatch: .* under Federated/)
    isSilent(trust({ Action: 'sts:TagSession' }), options)
  })
})

describe('version-missing', () => {
  const own = {
    Effect: 'Allow',
    Action: 'iam:GetUser',
    Resource: 'arn:aws:iam::*:user/${aws:username}',
  }
  it('is an error when a variable stands in the document', () => {
    says(own, { 'version-missing': /^error .* "Version": "2012-10-17"/ }, { version: undefined })
    says(own, { 'version-missing': /^error/ }, { version: '2008-10-17' })
    isSilent(own)
  })
  it('is worth a suggestion without one', () => {
    says(push, { 'version-missing': /^suggestion/ }, { version: undefined })
  })
})

describe('redundant-statement', () => {
  it('finds the same again, and what a wider statement says', () => {
    says([push, push], { 'redundant-statement': /^suggestion .* statement 1 already/ })
    const narrow = { ...describeInstances, Sid: 'Narrow' }
    says([narrow, { ...describeInstances, Action: 'ec2:Describe*', Sid: 'Wide' }], {
      'redundant-statement': /said by statement 2 \(Wide\)/,
    })
  })
  it('finds an Allow that a Deny takes back', () => {
    says([describeInstances, { ...describeInstances, Effect: 'Deny', Action: 'ec2:*' }], {
      'redundant-statement': /^error .* denied by statement 2/,
    })
  })
  it('leaves alone what differs in a condition, an action or a resource', () => {
    isSilent([
      push,
      {
        ...push,
        Action: 'ec2:CreateTags',
        Condition: { StringEquals: { 'aws:ResourceTag/Env': 'staging' } },
      },
    ])
    isSilent([
      push,
      {
        ...push,
        Resource: 'arn:aws:ec2:*:*:instance/i-1',
        Condition: { StringEquals: { 'ec2:osuser': 'other' } },
      },
    ])
    isSilent([
      describeInstances,
      {
        ...describeInstances,
        Effect: 'Deny',
        Condition: { StringEquals: { 'aws:username': 'x' } },
      },
    ])
  })
})
