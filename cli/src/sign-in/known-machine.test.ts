import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { knownMachine, rememberMachine } from './known-machine.ts'

describe('a machine that a server knows', () => {
  const home = mkdtempSync(join(tmpdir(), 'fleetkey-machine-'))
  after(() => rmSync(home, { recursive: true }))
  const env = { FLEETKEY_HOME: home }
  const alice = { endpoint: 'https://one.example/', user: 'alice' }

  it('is known for one user of one server, and read by nobody else', () => {
    assert.equal(knownMachine(env, alice), undefined)
    rememberMachine(env, alice, 'first')
    rememberMachine(env, alice, 'token')
    assert.equal(knownMachine(env, { ...alice, endpoint: 'https://one.example' }), 'token')
    assert.equal(knownMachine(env, { ...alice, user: 'bob' }), undefined)
    assert.equal(knownMachine(env, { ...alice, endpoint: 'https://two.example' }), undefined)
    const [name = ''] = readdirSync(join(home, 'machines'))
    const path = join(home, 'machines', name)
    assert.equal(statSync(path).mode & 0o777, 0o600)
    chmodSync(path, 0o644)
    assert.equal(knownMachine(env, alice), undefined, 'others could use up its tries')
  })

  it('is none of who has no home', () => {
    rememberMachine({}, alice, 'token')
    assert.equal(knownMachine({}, alice), undefined)
  })
})
