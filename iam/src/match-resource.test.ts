import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileResource, matchesResource } from './match-resource.ts'
import { normalizeContext } from './request-context.ts'

const alice = normalizeContext(new Map([['aws:username', 'alice']]))
const web1 = 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc'

const matches = (pattern: string, resource: string, context = alice) =>
  matchesResource(compileResource(pattern, '2012-10-17'), resource, context)

describe('resources', () => {
  it('match whole and in their letter case (another instance would be reached)', () => {
    assert.ok(matches(web1, web1))
    assert.ok(!matches(web1, `${web1}d`))
    assert.ok(!matches(web1.toUpperCase().replace('ARN:AWS', 'arn:aws'), web1))
  })

  it('match with * across slashes and colons', () => {
    assert.ok(matches('arn:aws:ec2:*', web1))
    assert.ok(matches('arn:aws:ec2:*:*:instance/*', web1))
    assert.ok(matches('arn:aws:ec2:eu-west-?:111122223333:*/i-0abc', web1))
    assert.ok(matches('*', web1))
  })

  it('match a request for * with * alone', () => {
    assert.ok(matches('*', '*'))
    assert.ok(!matches('arn:aws:ec2:*', '*'))
  })

  it('take the request for plain text (an instance named * would match every pattern)', () => {
    assert.ok(!matches(web1, 'arn:aws:ec2:eu-west-1:111122223333:instance/*'))
  })

  it('use variables behind the fifth colon', () => {
    assert.ok(matches('arn:aws:iam::1:user/${aws:username}', 'arn:aws:iam::1:user/alice'))
    assert.ok(!matches('arn:aws:iam::1:user/${aws:username}', 'arn:aws:iam::1:user/bob'))
  })

  it('match nothing when a variable has no value ("" or * would open everything)', () => {
    const pattern = 'arn:aws:iam::1:user/${aws:username}*'
    const nobody = normalizeContext(new Map())
    assert.ok(!matches(pattern, 'arn:aws:iam::1:user/', nobody))
    assert.ok(!matches(pattern, 'arn:aws:iam::1:user/bob', nobody))
    assert.ok(!matches(pattern, pattern, nobody))
  })

  it('refuse variables before the fifth colon (the requester would choose the account)', () => {
    assert.throws(
      () => compileResource('arn:aws:ec2:*:${aws:PrincipalAccount}:instance/*', '2012-10-17'),
      { code: 'MalformedPolicyDocument', message: /^The policy failed legacy parsing\./ },
    )
  })

  const refused: readonly (readonly [string, string | RegExp])[] = [
    ['web-1', 'Resource web-1 must be in ARN format or "*".'],
    ['', 'Resource  must be in ARN format or "*".'],
    ['x:aws:ec2:::y', 'Resource x:aws:ec2:::y must be in ARN format or "*".'],
    ['a:b', 'Partition "b" is not valid for resource "arn:b:*:*:*:*".'],
    ['arn:x:s3:::a:b', 'Partition "x" is not valid for resource "arn:x:s3:::a:b".'],
    ['aws:s3:::x', 'Partition "s3" is not valid for resource "arn:s3:::x:*".'],
    ['arn:aws', 'Resource vendor must be fully qualified and cannot contain regexes.'],
    ['arn:aws:*', 'Resource vendor must be fully qualified and cannot contain regexes.'],
    ['arn:aws::::x', /^The policy failed legacy parsing\./],
    ['arn:aws:s3::x', /^The policy failed legacy parsing\./],
  ]
  for (const [text, message] of refused) {
    it(`are refused in AWS's words: ${JSON.stringify(text)}`, () => {
      assert.throws(() => compileResource(text, '2012-10-17'), {
        code: 'MalformedPolicyDocument',
        message,
      })
    })
  }
})
