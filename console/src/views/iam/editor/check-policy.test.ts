import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DocumentKind } from '@fleetkey/iam/statement'
import { checkPolicy, refusalOf } from './check-policy.ts'

const policy = (...statements: readonly string[]) =>
  `{\n  "Version": "2012-10-17",\n  "Statement": [\n    ${statements.join(',\n    ')}\n  ]\n}`
const PUSH =
  '{"Effect": "Allow", "Action": "ec2-instance-connect:SendSSHPublicKey", "Resource": "*", "Condition": {"StringEquals": {"ec2:osuser": "ops", "aws:ResourceTag/env": "dev"}}}'

const TRUST =
  '{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/ann"}, "Action": "sts:AssumeRole"}'

const first = (text: string, kind: DocumentKind = 'managed') => {
  const [problem] = checkPolicy(text, kind).problems
  assert.ok(problem)
  return { ...problem, there: text.slice(problem.from, problem.to) }
}

describe('checkPolicy', () => {
  it('has nothing to say of a policy that is as it should be', () => {
    const { isValid, problems, size, limit } = checkPolicy(policy(PUSH), 'managed')
    assert.deepEqual([isValid, problems, limit], [true, [], 6144])
    assert.equal(size, policy(PUSH).replace(/\s/g, '').length)
  })

  it('points at the text that a lint is about, in the statement that it is about', () => {
    const typo = PUSH.replace('SendSSHPublicKey', 'SendSSHPublicKeys')
    const problem = first(policy(PUSH, typo))
    assert.equal(problem.there, '"ec2-instance-connect:SendSSHPublicKeys"')
    assert.deepEqual([problem.level, problem.line], ['error', 5])
    assert.equal(
      policy(PUSH, typo)
        .split('\n')[4]
        ?.slice(problem.column - 1)
        .startsWith(problem.there),
      true,
    )
  })

  it('points into the statement that is meant, though another one says the same', () => {
    const other = PUSH.replace(/ec2-instance-connect:\w+/, 'iam:GetUser')
    const { lint, line, there } = first(policy(PUSH, other))
    assert.deepEqual([lint, line, there], ['key-without-action', 5, '"ec2:osuser"'])
  })

  it('offers the spelling that was meant, in place of the whole', () => {
    const fixOf = (action: string) =>
      first(policy(PUSH.replace(/ec2-instance-connect:\w+/, action))).fix
    assert.equal(
      fixOf('ec2-instance-connect:SendSSHPublicKeys'),
      '"ec2-instance-connect:SendSSHPublicKey"',
    )
    assert.equal(
      fixOf('ec2-instance-conect:SendSSHPublicKey'),
      '"ec2-instance-connect:SendSSHPublicKey"',
    )
  })

  it('points where the JSON breaks off', () => {
    const { line, isValid } = {
      ...first('{\n  "Version": 2012x\n}'),
      isValid: checkPolicy('{', 'managed').isValid,
    }
    assert.deepEqual([line, isValid], [2, false])
    assert.equal(first('').from, 0)
  })

  it('points at what IAM refuses without saying where', () => {
    const cases: readonly (readonly [string, string, DocumentKind?])[] = [
      [policy(PUSH.replace('"*"', '"web-1"')), '"web-1"'],
      [policy(PUSH, PUSH.replace('"Resource": "*", ', '')), '{'],
      [policy(PUSH.replace('Allow', 'allow')), '"allow"'],
      [policy(PUSH.replace('"Effect": "Allow"', '"Effect": 1')), '"Effect"'],
      [policy(PUSH.replace('{"Effect', '{"Sid": "a b", "Effect')), '"a b"'],
      [policy(PUSH.replace('StringEquals', 'StringEqual')), '"StringEqual"'],
      [policy(PUSH.replace('"Resource"', '"Principal": "*", "Resource"')), '"Principal"'],
      [policy(PUSH).replace('2012-10-17', '2012-10-18'), '"2012-10-18"'],
      [policy(PUSH), '"ec2-instance-connect:SendSSHPublicKey"', 'trust'],
      [policy(TRUST.replace('{"Effect', '{"Resource": "*", "Effect')), '"Resource"', 'trust'],
      [policy(TRUST.replace('"Principal"', '"NotPrincipal"')), '"NotPrincipal"', 'trust'],
      [policy(PUSH.replace('ec2-instance-connect:', '')), '"SendSSHPublicKey"'],
    ]
    for (const [text, there, kind] of cases) {
      const problem = first(text, kind)
      assert.equal(problem.lint, 'not-valid', problem.what)
      assert.equal(problem.there, there, problem.what)
    }
  })

  it('tells of two statements with one Sid at the second', () => {
    const same = PUSH.replace('{"Effect', '{"Sid": "A", "Effect')
    assert.equal(first(policy(same, same)).line, 5)
  })
})

describe('refusalOf', () => {
  it('puts a sentence of the server at its place', () => {
    const text = policy('{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:user/gone"}}')
    const message = 'Invalid principal in policy: "AWS":"arn:aws:iam::1:user/gone"'
    const { from, to, level } = refusalOf(text, message, 'trust')
    assert.deepEqual([text.slice(from, to), level], ['"arn:aws:iam::1:user/gone"', 'error'])
  })
})
