import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { IDToken } from 'openid-client'
import { displayName, roleSessionName } from './display-name.ts'

const claims = (more: Readonly<Record<string, string | boolean | number>>): IDToken => ({
  iss: 'https://idp.example',
  aud: 'fleetkey-cli',
  sub: '00u1',
  iat: 0,
  exp: 1,
  ...more,
})

describe('displayName', () => {
  const cases = [
    [{ email: 'carol@example.com', preferred_username: 'carol' }, 'carol@example.com'],
    [{ email: 'boss@example.com', email_verified: false, preferred_username: 'eve' }, 'eve'],
    [{ email: '', preferred_username: 7 }, '00u1'],
  ] as const
  for (const [more, name] of cases) {
    it(`is ${name} for ${JSON.stringify(more)}`, () =>
      assert.equal(displayName(claims(more)), name))
  }
})

describe('roleSessionName', () => {
  const cases = [
    ['carol@example.com', 'carol@example.com'],
    ['José Müller', 'Jose-Muller'],
    ['a/../b\nc', 'a-..-b-c'],
    ['李', '--'],
    ['x', 'x-'],
    ['y'.repeat(70), 'y'.repeat(64)],
  ] as const
  for (const [email, name] of cases) {
    it(`makes ${JSON.stringify(email)} fit`, () => {
      assert.equal(roleSessionName(claims({ email })), name)
      assert.match(name, /^[\w+=,.@-]{2,64}$/)
    })
  }
})
