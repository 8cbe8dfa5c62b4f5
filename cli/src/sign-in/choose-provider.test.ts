import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { paintFor } from '../output.ts'
import type { Screen } from '../screen.ts'
import { chooseProvider } from './choose-provider.ts'

const screen: Screen = {
  env: {},
  interactive: false,
  paintOut: paintFor({}, {}),
  paintErr: paintFor({}, {}),
  out: () => {},
  err: () => {},
  now: () => 0,
}
const ours = { issuer: 'https://idp.example/', clientId: 'cli' }
const theirs = { issuer: 'https://evil.example', clientId: 'cli' }

describe('chooseProvider', () => {
  it('takes the only one', async () => {
    assert.equal(await chooseProvider([ours], {}, screen), ours)
  })
  it('takes the one that is named, with or without its last slash', async () => {
    const named = { issuer: 'https://idp.example' }
    assert.equal(await chooseProvider([theirs, ours], named, screen), ours)
  })
  it('refuses another than the one of the last login (a server could send people elsewhere)', async () => {
    await assert.rejects(
      chooseProvider([theirs], ours, screen),
      (error) =>
        error instanceof Failure &&
        error.exitCode === EXIT_CODES.configuration &&
        error.why.some((why) => why.includes('evil.example')),
    )
  })
  it('lists them when nobody can be asked', async () => {
    await assert.rejects(
      chooseProvider([ours, theirs], {}, screen),
      (error) => error instanceof Failure && error.exitCode === EXIT_CODES.ambiguous,
    )
  })
  it('says how else to log in where there is none', async () => {
    await assert.rejects(
      chooseProvider([], {}, screen),
      (error) => error instanceof Failure && error.todo.some((todo) => todo.includes('--user')),
    )
  })
})
