import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { makeOneTimeKey, type OneTimeKey } from './one-time-key.ts'
import { PrivateAgent } from './private-agent.ts'

const hasTools = spawnSync('ssh-add', ['-?']).error === undefined

describe('PrivateAgent', () => {
  let folder: string
  let socket: string
  let key: OneTimeKey
  let agent: PrivateAgent
  let usable: PromiseWithResolvers<void>

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fleetkey-agent-'))
    socket = join(folder, 'agent')
    key = makeOneTimeKey()
    usable = Promise.withResolvers()
    usable.promise.catch(() => {})
    agent = new PrivateAgent(key, usable.promise)
    await agent.listen(socket)
  })
  afterEach(() => {
    agent.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('shows its key to ssh-add', { skip: !hasTools }, async () => {
    usable.resolve()
    const { code, stdout } = await run('ssh-add', ['-l'], socket)
    assert.equal(stdout.trim(), `256 ${key.fingerprint} fleetkey (ED25519)`)
    assert.equal(code, 0)
    assert.equal(agent.offered, true)
    assert.equal(agent.signed, false)
  })

  it('signs what ssh-keygen then verifies', { skip: !hasTools }, async () => {
    usable.resolve()
    writeFileSync(join(folder, 'key.pub'), `${key.line}\n`)
    writeFileSync(join(folder, 'signers'), `me ${key.line}\n`)
    writeFileSync(join(folder, 'text'), 'hello')
    const file = (name: string) => join(folder, name)
    const signing = ['-Y', 'sign', '-f', file('key.pub'), '-n', 'test', file('text')]
    assert.equal((await run('ssh-keygen', signing, socket)).code, 0)
    const verified = spawnSync(
      'ssh-keygen',
      ['-Y', 'verify', '-f', file('signers'), '-I', 'me', '-n', 'test', '-s', file('text.sig')],
      { input: 'hello' },
    )
    assert.equal(verified.status, 0, String(verified.stderr))
  })

  it('takes no other key in', { skip: !hasTools }, async () => {
    usable.resolve()
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'other')])
    assert.notEqual((await run('ssh-add', [join(folder, 'other')], socket)).code, 0)
    assert.notEqual((await run('ssh-add', ['-D'], socket)).code, 0)
    const { stdout } = await run('ssh-add', ['-l'], socket)
    assert.equal(stdout.trim().split('\n').length, 1)
  })

  it('holds its answer back until the key is usable', async () => {
    const answer = exchange(socket, '0000000' + '1' + '0b')
    const early = await Promise.race([answer, new Promise((r) => setTimeout(r, 50, 'held'))])
    assert.equal(early, 'held')
    usable.resolve()
    assert.match(await answer, /^[0-9a-f]{8}0c00000001/)
  })

  it('never offers a key whose push was refused', async () => {
    usable.reject(new Error('denied'))
    assert.equal(await exchange(socket, '000000010b'), '')
    assert.equal(agent.offered, false)
  })

  it('answers everything else with a failure', async () => {
    usable.resolve()
    for (const payload of ['1b', '11', '13', '0d', '0d00000001', '00']) {
      const length = (payload.length / 2).toString(16).padStart(8, '0')
      assert.equal(await exchange(socket, length + payload), '0000000105')
    }
  })

  it('refuses to sign for another key (would make it an oracle)', async () => {
    usable.resolve()
    const other = makeOneTimeKey().blob.toString('hex')
    const request = `0d00000033${other}0000000161` + '00000000'
    const length = (request.length / 2).toString(16).padStart(8, '0')
    assert.equal(await exchange(socket, length + request), '0000000105')
    assert.equal(agent.signed, false)
  })

  it('drops a connection that announces too much (would fill the memory)', async () => {
    assert.equal(await exchange(socket, 'ffffffff0b'), '')
  })
})

/** Sends hexadecimal bytes; answers with the first bytes that come back, or nothing when the agent hung up. */
function exchange(path: string, hex: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(path, () => socket.write(Buffer.from(hex, 'hex')))
    socket.on('error', () => resolve(''))
    socket.on('close', () => resolve(''))
    socket.on('data', (chunk) => {
      resolve(chunk.toString('hex'))
      socket.destroy()
    })
  })
}

function run(program: string, args: readonly string[], agentSocket: string) {
  return new Promise<{ code: number | null; stdout: string }>((resolve) => {
    const env = { ...process.env, SSH_AUTH_SOCK: agentSocket }
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'ignore'] })
    let stdout = ''
    child.stdout.on('data', (chunk) => (stdout += String(chunk)))
    child.on('close', (code) => resolve({ code, stdout }))
  })
}
