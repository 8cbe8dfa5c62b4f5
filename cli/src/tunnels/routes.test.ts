import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { forgetRoute, keepRoute, recallRoute } from './routes.ts'

const home = mkdtempSync(join(tmpdir(), 'fleetkey-routes-'))
after(() => rmSync(home, { recursive: true }))

const env = { FLEETKEY_HOME: home }
const ID = 'i-0123456789abcdef0'
const MINUTE = 60_000
const direct = { kind: 'direct', address: 'fd77::1' } as const
const tunnel = { kind: 'tunnel', endpointId: 'eice-0123456789abcdef0' } as const

describe('the way to an instance', () => {
  it('is remembered, each instance for itself', () => {
    keepRoute(env, ID, direct)
    keepRoute(env, 'i-1123456789abcdef0', tunnel)
    assert.deepEqual(recallRoute(env, ID, Date.now()), direct)
    assert.deepEqual(recallRoute(env, 'i-1123456789abcdef0', Date.now()), tunnel)
    assert.equal(recallRoute(env, 'i-2123456789abcdef0', Date.now()), undefined)
  })

  it('is forgotten by wish', () => {
    keepRoute(env, ID, direct)
    forgetRoute(env, ID)
    assert.equal(recallRoute(env, ID, Date.now()), undefined)
  })

  it('by tunnel only counts for a quarter of an hour: a direct one may be there again', () => {
    keepRoute(env, ID, tunnel)
    assert.deepEqual(recallRoute(env, ID, Date.now() + 14 * MINUTE), tunnel)
    assert.equal(recallRoute(env, ID, Date.now() + 16 * MINUTE), undefined)
    keepRoute(env, ID, direct)
    assert.deepEqual(recallRoute(env, ID, Date.now() + 24 * 60 * MINUTE), direct)
  })

  it('is only taken in its own form (the file could hold anything)', () => {
    mkdirSync(join(home, 'routes'), { recursive: true })
    const path = join(home, 'routes', ID)
    for (const text of [
      '',
      'direct',
      'direct -oProxyCommand=x',
      'tunnel eice-x y',
      'tunnel x',
      'by-foot 10.0.0.1',
    ]) {
      writeFileSync(path, text)
      utimesSync(path, new Date(), new Date())
      assert.equal(recallRoute(env, ID, Date.now()), undefined, text)
    }
  })

  it('leaves its folder by no id', () => {
    keepRoute(env, '../../evil', direct)
    assert.equal(recallRoute(env, '../../evil', Date.now()), undefined)
  })

  it('is simply not kept where there is no home', () => {
    keepRoute({}, ID, direct)
    assert.equal(recallRoute({}, ID, Date.now()), undefined)
  })

  it('is simply not kept, nor forgotten, where the home is no directory (services have /dev/null)', () => {
    const nowhere = { HOME: '/dev/null' }
    keepRoute(nowhere, ID, direct)
    forgetRoute(nowhere, ID)
    assert.equal(recallRoute(nowhere, ID, Date.now()), undefined)
  })
})
