import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, describe, it } from 'node:test'
import { forgetRoute, keepRoute } from '../tunnels/routes.ts'
import { chooseWay, type WayWish } from './way.ts'

const home = mkdtempSync(join(tmpdir(), 'fleetkey-way-'))
after(() => rmSync(home, { recursive: true }))

const env = { FLEETKEY_HOME: home }
const target = {
  instanceId: 'i-0123456789abcdef0',
  osUser: 'ops',
  address: '10.0.0.7',
  own: '10.0.0.7',
  port: 2222,
}
const wish: WayWish = {
  flags: {},
  via: 'auto',
  address: undefined,
  family: undefined,
  verbose: false,
  maxDuration: undefined,
  options: [],
}
const choose = (change: Partial<WayWish> = {}) =>
  chooseWay(target, { ...wish, ...change }, { env, now: Date.now() })

describe('the way that ssh goes', () => {
  beforeEach(() => forgetRoute(env, target.instanceId))

  it('is found out by fleetkey proxy where nothing is known', () => {
    const way = choose()
    assert.equal(way.kind, 'proxy')
    assert.match(
      way.command,
      /\/fleetkey proxy --via=auto --address=10\.0\.0\.7 --port=2222 -- i-0123456789abcdef0$/,
    )
  })

  it('is direct, with nothing between, where that went well', () => {
    keepRoute(env, target.instanceId, { kind: 'direct', address: '10.0.0.8' })
    assert.deepEqual(choose(), { kind: 'direct', address: '10.0.0.8', recalled: true })
  })

  it('does what was asked for, whatever went well', () => {
    keepRoute(env, target.instanceId, { kind: 'direct', address: '10.0.0.8' })
    assert.equal(choose({ via: 'tunnel' }).kind, 'proxy')
    assert.equal(choose({ family: 6 }).kind, 'proxy')
    assert.equal(choose({ address: '10.0.0.7' }).kind, 'proxy')
    assert.equal(choose({ address: '10.0.0.8' }).kind, 'direct')
    const direct = { kind: 'direct', address: '10.0.0.7', recalled: false }
    assert.deepEqual(choose({ via: 'direct' }), direct)
  })

  it('is the person’s own when they jump or have a command for it', () => {
    for (const options of [
      ['-J', 'bastion'],
      ['-o', 'ProxyJump=bastion'],
      ['-o', 'proxycommand x'],
    ])
      assert.equal(choose({ options }).kind, 'direct')
  })

  it('puts what the person named into one word each for the shell, and nothing for ssh to replace', () => {
    const profile = `it's $(x) %h`
    const way = choose({
      flags: { profile, endpoint: 'https://a:1' },
      verbose: true,
      maxDuration: '8h',
    })
    assert.ok(way.kind === 'proxy')
    // As ssh does: %% is a percent sign, and the shell has the rest.
    const line = way.command.replaceAll('%%', '%').replace(/^\S+/, `printf '<%s>'`)
    const { stdout } = spawnSync('/bin/sh', ['-c', line], { encoding: 'utf8' })
    assert.equal(
      stdout,
      `<proxy><--profile=${profile}><--endpoint=https://a:1><--via=auto><--address=10.0.0.7><--port=2222><--max-duration=8h><--verbose><--><${target.instanceId}>`,
    )
  })
})
