import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { TUNNEL_SUBPROTOCOL } from '@fleetkey/wire/tunnel/protocol'
import { WebSocketServer } from 'ws'
import { GrantRefusal } from '../grant-refusal.ts'
import type { Identity } from '../identity.ts'
import { dialBack } from './dial-back.ts'

const skip =
  spawnSync('openssl', ['version']).status === 0 ? false : 'SKIPPED: needs the program openssl'

describe('the connection that an agent opens for a tunnel', { skip }, () => {
  let dir: string
  const servers: { url: string; ca: string; close(): void }[] = []

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'fleetkey-dial-back-'))
    servers.push(await startServer(dir, 'one'), await startServer(dir, 'two'))
  })
  after(() => {
    for (const server of servers) server.close()
    rmSync(dir, { recursive: true, force: true })
  })

  const dial = (serverUrl: string, ca: string) => dialBack({ serverUrl, ca, identity, proof })
  const [one, two] = [() => at(servers, 0), () => at(servers, 1)]

  it('reaches the server that the host joined, again and again', async () => {
    for (let time = 0; time < 3; time++) (await dial(one().url, one().ca)).terminate()
  })

  it('refuses a server under another authority, also after its own was met', async () => {
    ;(await dial(one().url, one().ca)).terminate()
    await assert.rejects(dial(two().url, one().ca), GrantRefusal)
    await assert.rejects(dial(one().url, two().ca), GrantRefusal)
    ;(await dial(two().url, two().ca)).terminate()
  })
})

const identity: Identity = {
  agentKey: '',
  sign: (statement: string) => ({ statement, signature: '' }),
} as Identity
const proof = { deployment: 'd', instanceId: 'i-0123456789abcdef0', tunnelId: 't' }

function at<T>(all: readonly T[], index: number): T {
  const one = all[index]
  assert.ok(one)
  return one
}

async function startServer(dir: string, name: string) {
  const [keyFile, certFile] = [join(dir, `${name}.key`), join(dir, `${name}.pem`)]
  // prettier-ignore
  const { status, stderr } = spawnSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
    '-days', '2', '-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1',
    '-keyout', keyFile, '-out', certFile,
  ])
  assert.equal(status, 0, String(stderr))
  const ca = readFileSync(certFile, 'utf8')
  const server = createServer({ key: readFileSync(keyFile), cert: ca })
  const webSockets = new WebSocketServer({ server, handleProtocols: () => TUNNEL_SUBPROTOCOL })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `https://127.0.0.1:${port}`,
    ca,
    close() {
      for (const socket of webSockets.clients) socket.terminate()
      server.closeAllConnections()
      server.close()
    },
  }
}
