import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { loadMasterKey } from './master-key.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fleetkey-master-key-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

describe('the master key', () => {
  it('is made once, for its owner alone, and stays', () => {
    const key = loadMasterKey(dir, undefined)
    assert.equal(key.length, 32)
    assert.deepEqual(readdirSync(dir), ['master.key'])
    assert.equal(statSync(join(dir, 'master.key')).mode & 0o777, 0o600)
    assert.deepEqual(loadMasterKey(dir, undefined), key)
  })

  it('is refused when others can read it, with the command that mends it', () => {
    loadMasterKey(dir, undefined)
    const file = join(dir, 'master.key')
    for (const mode of [0o640, 0o604, 0o620, 0o601]) {
      chmodSync(file, mode)
      assert.throws(() => loadMasterKey(dir, undefined), {
        message: new RegExp(`run "chmod 600 ${file}"`),
      })
    }
  })

  it('is refused when it is not 32 bytes (a short key would be no key)', () => {
    writeFileSync(join(dir, 'master.key'), `${Buffer.alloc(31).toString('base64')}\n`, {
      mode: 0o600,
    })
    assert.throws(() => loadMasterKey(dir, undefined), /must hold 32 bytes in base64/)
    writeFileSync(join(dir, 'master.key'), '', { mode: 0o600 })
    assert.throws(() => loadMasterKey(dir, undefined), /must hold 32 bytes in base64/)
  })

  it('comes from the environment when it is there, and then no file is made', () => {
    const key = Buffer.alloc(32, 7)
    assert.deepEqual(loadMasterKey(dir, key.toString('base64')), key)
    assert.deepEqual(readdirSync(dir), [])
    for (const text of ['', 'short', Buffer.alloc(33).toString('base64')]) {
      assert.throws(
        () => loadMasterKey(dir, text),
        /^Error: FLEETKEY_MASTER_KEY must hold 32 bytes/,
      )
    }
  })
})
