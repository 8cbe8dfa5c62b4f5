import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { generateKey, ssh, type KeyPair } from './ssh.ts'
import { startUnprivilegedHost, type UnprivilegedHost } from './unprivileged-host.ts'

const skip = existsSync('/usr/sbin/sshd') ? false : 'SKIPPED: needs /usr/sbin/sshd (openssh-server)'
if (skip !== false) console.error(skip)

describe('an unprivileged host', { skip, timeout: 60_000 }, () => {
  let dir: string
  let host: UnprivilegedHost
  let key: KeyPair

  before(async () => {
    dir = await mkdtemp(join(userInfo().homedir, '.fleet-test-'))
    key = await generateKey(dir, 'ed25519')
    host = await startUnprivilegedHost({ dir: join(dir, 'sshd') })
    await writeFile(host.authorizedKeysFile, `${key.publicKey}\n`, { mode: 0o600 })
  })
  after(async () => {
    await host.stop()
    await rm(dir, { recursive: true, force: true })
  })

  const login = (user: string, command: string) =>
    ssh(host, { user, identityFile: key.identityFile, command })

  it('lets the current user in', async () => {
    const { code, stdout, stderr } = await login(host.user, 'id -un')
    assert.deepEqual({ code, stdout }, { code: 0, stdout: `${host.user}\n` }, stderr)
    assert.match(await host.sshdLog(), /Accepted publickey for /)
  })

  it('refuses another user (an unprivileged sshd cannot become one)', async () => {
    assert.equal((await login(host.user === 'daemon' ? 'bin' : 'daemon', 'true')).code, 255)
  })

  it('refuses a client that knows another host key', async () => {
    const { publicKey } = await generateKey(dir, 'ed25519', 'wrong')
    const { code, stderr } = await ssh(
      { ...host, hostKeys: [publicKey] },
      { user: host.user, identityFile: key.identityFile, command: 'true' },
    )
    assert.equal(code, 255)
    assert.match(stderr, /Host key verification failed/)
  })

  it('reads a changed configuration on reload', async () => {
    await writeFile(host.sshdConfigPath, `DenyUsers ${host.user}\n`, { flag: 'a' })
    await host.reload()
    assert.equal((await login(host.user, 'true')).code, 255)
  })

  it('refuses a directory below /tmp at once (StrictModes would refuse each key later)', async () => {
    const below = await mkdtemp(join(tmpdir(), 'fleet-'))
    await assert.rejects(startUnprivilegedHost({ dir: below }), /others can write to/)
    await rm(below, { recursive: true })
  })

  it('is gone after stop', async () => {
    await host.stop()
    const { code, stderr } = await login(host.user, 'true')
    assert.equal(code, 255)
    assert.match(stderr, /Connection refused/)
  })
})
