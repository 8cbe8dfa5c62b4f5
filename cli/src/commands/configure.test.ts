import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { readProfiles } from '../config/profiles.ts'

const PROGRAM = new URL('../../bin/fleetkey', import.meta.url).pathname

describe('fleetkey configure', () => {
  let env: Record<string, string>
  beforeEach(() => {
    const home = mkdtempSync(join(tmpdir(), 'fleetkey-home-'))
    env = { HOME: home, XDG_CONFIG_HOME: home, PATH: process.env['PATH'] ?? '' }
  })
  afterEach(() => rmSync(env['HOME'] ?? '', { recursive: true, force: true }))

  it('waits for a slow pipe (a non-blocking read would see no input)', async () => {
    const { code, err } = await configure(['--endpoint', 'https://a.example'], 400)
    assert.equal(code, 0, err)
    assert.deepEqual(readProfiles(env)['default'], {
      endpoint: 'https://a.example',
      accessKeyId: 'AKIA1',
      secretAccessKey: 'hush',
    })
    assert.doesNotMatch(err, /hush/)
  })
  it('refuses a profile that would not work', async () => {
    const { code, err } = await configure(['--endpoint', 'http://10.0.0.1'], 0)
    assert.equal(code, 78)
    assert.match(err, /not encrypted/)
    assert.deepEqual(readProfiles(env), {})
  })
  it('asks nobody when nobody is there', async () => {
    const { code } = await configure([], 0, ['configure'])
    assert.equal(code, 64)
  })

  /** With an access key and more on stdin, after a while. */
  function configure(
    flags: readonly string[],
    delayMs: number,
    words: readonly string[] = ['configure', '--stdin'],
  ) {
    return new Promise<{ code: number | null; err: string }>((resolve) => {
      const child = spawn(PROGRAM, [...words, ...flags], { env, stdio: ['pipe', 'ignore', 'pipe'] })
      let err = ''
      child.stderr.on('data', (chunk) => (err += String(chunk)))
      child.on('close', (code) => resolve({ code, err }))
      const input = { accessKeyId: 'AKIA1', secretAccessKey: 'hush', accountId: '1' }
      child.stdin.on('error', () => {})
      setTimeout(() => child.stdin.end(JSON.stringify(input)), delayMs)
    })
  }
})
