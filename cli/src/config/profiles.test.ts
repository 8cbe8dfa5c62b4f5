import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { Failure } from '../failure.ts'
import { parseProfiles, profilesPath, readProfiles, writeProfiles } from './profiles.ts'

describe('profiles', () => {
  let env: Record<string, string>
  beforeEach(() => {
    env = { XDG_CONFIG_HOME: mkdtempSync(join(tmpdir(), 'fleetkey-config-')) }
  })
  afterEach(() => rmSync(env['XDG_CONFIG_HOME'] ?? '', { recursive: true, force: true }))

  it('has no profiles where there is no home (a service has its settings in the environment)', () => {
    assert.deepEqual(readProfiles({}), {})
    assert.throws(() => writeProfiles({}, {}), /no home directory/)
  })

  it('are kept where only their owner can read them', () => {
    writeProfiles(env, { default: { accessKeyId: 'AKIA', secretAccessKey: 's' } })
    assert.equal(statSync(profilesPath(env)).mode & 0o777, 0o600)
    assert.equal(readProfiles(env)['default']?.secretAccessKey, 's')
  })
  it('are in $FLEETKEY_HOME when that is set, apart from those of every day', () => {
    const apart = { ...env, FLEETKEY_HOME: join(env['XDG_CONFIG_HOME'] ?? '', 'apart') }
    writeProfiles(apart, { default: { accessKeyId: 'AKIA' } })
    assert.equal(profilesPath(apart), join(apart.FLEETKEY_HOME, 'config.json'))
    assert.deepEqual([readProfiles(apart)['default']?.accessKeyId, readProfiles(env)], ['AKIA', {}])
  })
  it('are refused when others can read them, with the mend', () => {
    const path = writeProfiles(env, {})
    chmodSync(path, 0o640)
    assert.throws(
      () => readProfiles(env),
      (error) => error instanceof Failure && error.todo.includes(`chmod 600 ${path}`),
    )
  })
  it('are none when nothing was configured', () => {
    assert.deepEqual(readProfiles(env), {})
  })
  it('are refused when the file is not of their shape', () => {
    writeFileSync(writeProfiles(env, {}), '{"profiles": []}', { mode: 0o600 })
    assert.throws(() => readProfiles(env), Failure)
  })
  it('refuse a misspelt field', () => {
    assert.equal(parseProfiles('{"profiles": {"a": {"secretAcessKey": "s"}}}'), undefined)
  })
  it('do not find profiles in the prototype', () => {
    assert.equal(parseProfiles('{"profiles": {}}')?.['constructor'], undefined)
  })
})
