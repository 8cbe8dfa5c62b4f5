import assert from 'node:assert/strict'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { EnrolledHost } from './enrolled-host.ts'
import { fleetkey, type ClientEnvironment } from './fleetkey.ts'
import { generateKey, ssh, type KeyPair } from './ssh.ts'
import { openTestFleet, whyNoHosts, type TestFleet } from './test-fleet.ts'

const OPEN_TUNNEL = fileURLToPath(new URL('aws/open-tunnel.ts', import.meta.url))
const DNS_NAME = 'tunnels.example.test'

describe('tunnels', { skip: whyNoHosts() ?? false, timeout: 300_000 }, () => {
  let fleet: TestFleet
  let key: KeyPair
  let endpointId: string

  before(async () => {
    fleet = await openTestFleet({
      hosts: { open: {}, hidden: {} },
      sshdConfig: { hidden: 'ListenAddress 127.0.0.1\nListenAddress ::1\n' },
      serverEnvironment: { FLEETKEY_TUNNELS_DNS_NAME: DNS_NAME },
    })
    key = await generateKey(fleet.dir, 'ed25519')
    endpointId = String(select('select endpoint_id as id from endpoints')[0]?.['id'])
  })
  after(() => fleet?.close())

  function select(sql: string) {
    const db = new DatabaseSync(join(fleet.dir, 'server/data/fleetkey.db'), { readOnly: true })
    try {
      return db.prepare(sql).all()
    } finally {
      db.close()
    }
  }

  function hostCalled(name: string): EnrolledHost {
    const host = fleet.hosts[name]
    assert.ok(host)
    return host
  }

  async function push(host: EnrolledHost) {
    const argv = [
      'send-key',
      host.instanceId,
      '--os-user',
      'ec2-user',
      '--public-key',
      `${key.identityFile}.pub`,
    ]
    const { code, stderr } = await fleetkey(argv, { env: fleet.plane.root })
    assert.equal(code, 0, stderr)
  }

  /** A ProxyCommand as AWS's CLI makes one of itself. The credentials stay out of its arguments. */
  async function proxyCommand(env: ClientEnvironment = fleet.plane.root): Promise<string> {
    const file = join(fleet.dir, 'open-tunnel')
    const exports = Object.entries(env).map(([name, value]) => `export ${name}='${value}'\n`)
    const { host } = new URL(fleet.plane.url)
    await writeFile(
      file,
      `#!/bin/sh\n${exports.join('')}exec '${process.execPath}' '${OPEN_TUNNEL}' \\\n` +
        `  --instance-connect-endpoint-id ${endpointId} --instance-connect-endpoint-dns-name ${DNS_NAME} \\\n` +
        `  --connect ${host} --private-ip-address "$1" --remote-port "$2"\n`,
    )
    await chmod(file, 0o700)
    return `ProxyCommand=${file} %h %p`
  }

  async function login(host: EnrolledHost, command: string, input?: string) {
    await push(host)
    return ssh(host.host, {
      user: 'ec2-user',
      identityFile: key.identityFile,
      command,
      config: [await proxyCommand()],
      ...(input === undefined ? {} : { input }),
    })
  }

  it('leads to a host that can be reached directly', async () => {
    const { code, stdout, stderr } = await login(
      hostCalled('open'),
      'echo $SSH_CONNECTION; cat',
      'hello',
    )
    assert.equal(code, 0, stderr)
    assert.match(stdout, /hello$/)
  })

  it('leads to a host that listens to nobody outside', async () => {
    const hidden = hostCalled('hidden')
    const listeners = await hidden.host.exec(['ss', '-Hltn'])
    assert.doesNotMatch(listeners.stdout, new RegExp(`0\\.0\\.0\\.0:22|\\[::\\]:22|\\*:22`))
    const { code, stdout, stderr } = await login(hidden, 'echo $SSH_CONNECTION; cat', 'hello')
    assert.equal(code, 0, stderr)
    assert.match(stdout, /hello$/)
  })
})
