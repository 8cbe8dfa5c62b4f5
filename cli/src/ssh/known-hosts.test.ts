import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { knownHosts } from './known-hosts.ts'
import { makeOneTimeKey } from './one-time-key.ts'

const ID = 'i-0123456789abcdef0'
const { line } = makeOneTimeKey()

describe('knownHosts', () => {
  it('names the instance, not an address or port: that is what HostKeyAlias looks up', () => {
    assert.equal(knownHosts(ID, [line]), `${ID} ${line}\n`)
  })
  it('is a file that ssh-keygen finds the instance in', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fleetkey-known-'))
    const path = join(folder, 'known_hosts')
    writeFileSync(path, knownHosts(ID, [line]) ?? '')
    const found = spawnSync('ssh-keygen', ['-F', ID, '-f', path])
    rmSync(folder, { recursive: true })
    if (found.error) return
    assert.match(String(found.stdout), new RegExp(`found: line 1\\s+${ID} ssh-ed25519 `))
  })
  it('is undefined without a usable key', () => {
    assert.equal(knownHosts(ID, []), undefined)
  })
  const hostile: readonly (readonly [string, string])[] = [
    ['a second line (would vouch for every host)', `${line}\n* ${line}`],
    ['a marker (would make it a certificate authority)', `@cert-authority * ${line}`],
    ['a comment', `${line} me@host`],
    ['another name in front', `* ${line}`],
    ['a certificate', 'ssh-ed25519-cert-v01@openssh.com AAAA'],
    ['an unknown type', `ssh-dss ${line.slice(12)}`],
    ['nothing', ''],
  ]
  for (const [name, key] of hostile) {
    it(`drops a key with ${name}`, () => assert.equal(knownHosts(ID, [key]), undefined))
  }
})
