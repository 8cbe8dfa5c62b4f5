import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ApiRefusal } from '../../api/api-refusal.ts'
import { mistakes, NOTHING_TYPED, refusalAt, stepAskedBy } from './sign-in-step.ts'

const refusal = (code: string, message: string) => new ApiRefusal({ code, message, status: 400 })

describe('a step of signing in', () => {
  it('says what was wrong as far as who is there has shown that they may know it', () => {
    const wrong = refusal(
      'AuthenticationFailedException',
      'The user name, password or code is wrong.',
    )
    assert.match(refusalAt('password', wrong), /^The user name or the password is wrong\./)
    assert.match(refusalAt('code', wrong), /^That is not the code\. .*wait for the next/)
    assert.match(refusalAt('passkey', wrong), /^That passkey signs nobody in here/)
    assert.equal(refusalAt('new password', wrong), wrong.message)
    const spent = refusal('ThrottlingException', 'Too many tries. Wait 3 minutes and try again.')
    assert.equal(refusalAt('code', spent), spent.message)
  })

  it('is what a refusal asks for', () => {
    assert.equal(stepAskedBy(refusal('MultiFactorAuthRequiredException', '')), 'code')
    assert.equal(stepAskedBy(refusal('PasswordResetRequiredException', '')), 'new password')
    assert.equal(stepAskedBy(refusal('AuthenticationFailedException', '')), undefined)
  })

  it('takes a code as the app shows it, or a recovery code, and nothing else', () => {
    const of = (code: string) => mistakes('code', { ...NOTHING_TYPED, code }).code
    for (const code of ['123456', '123 456', 'abcde-fgh23']) assert.equal(of(code), undefined)
    for (const code of ['', '12345', '1234567', 'abcdefgh23']) assert.ok(of(code), code)
  })
})
