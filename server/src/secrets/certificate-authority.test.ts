import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { after, before, describe, it } from 'node:test'
import { parseJoinToken } from '@fleetkey/wire/agent/enrolment'
import pino from 'pino'
import { startServer } from '../start-server.ts'
import { apiClient } from '../testing/api-client.ts'
import { testConfig } from '../testing/control-plane.ts'

const dir = mkdtempSync(join(tmpdir(), 'fleetkey-tls-'))
let server: Awaited<ReturnType<typeof startServer>>
const start = () =>
  startServer(
    { ...testConfig(dir), tls: { names: ['fleetkey.example'] }, log: 'silent' },
    { rootCredentialsFile: join(dir, 'root.json'), logTo: pino.destination('/dev/null') },
  )
before(async () => {
  server = await start()
})
after(async () => {
  await server.close()
  rmSync(dir, { recursive: true })
})

const handshake = (options: { servername?: string; host?: string; ca?: string }) =>
  new Promise<TLSSocket>((resolve, reject) => {
    const ca = options.ca ?? readFileSync(join(dir, 'ca.pem'), 'utf8')
    const socket = connect({ host: '127.0.0.1', port: server.port, ...options, ca })
    socket.on('secureConnect', () => resolve(socket))
    socket.on('error', reject)
  })

describe('the certificate that the server makes for itself', () => {
  it('is believed by who has the CA, for the address, localhost and the names of the configuration', async () => {
    for (const options of [
      {},
      { host: 'localhost', servername: 'localhost' },
      { servername: 'fleetkey.example' },
    ]) {
      const socket = await handshake(options)
      assert.equal(socket.authorized, true)
      socket.destroy()
    }
  })

  it('is not believed for another name, nor with another CA', async () => {
    await assert.rejects(handshake({ servername: 'other.example' }), {
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    })
    await assert.rejects(handshake({ ca: '' }), /self-signed|unable to/i)
  })

  it('comes with the CA, whose SHA-256 is the pin of every join token', async () => {
    const socket = await handshake({})
    const leaf = socket.getPeerX509Certificate()
    const ca = leaf?.issuerCertificate ?? new X509Certificate(readFileSync(join(dir, 'ca.pem')))
    socket.destroy()
    const pin = createHash('sha256').update(ca.raw).digest('base64url')
    assert.equal(server.deployment.tls?.caPin, pin)
    assert.equal(
      new X509Certificate(readFileSync(join(dir, 'ca.pem'))).fingerprint256,
      ca.fingerprint256,
    )
    assert.equal(leaf?.ca, false)
    assert.equal(ca.ca, true)
    assert.ok(parseJoinToken(`fkjoin_${'A'.repeat(43)}.${pin}`))
  })

  it('is made anew at each start under the same CA, so that hosts go on believing', async () => {
    const before = server.deployment.tls
    await server.close()
    server = await start()
    assert.equal(server.deployment.tls?.caCertificate, before?.caCertificate)
    assert.notEqual(server.deployment.tls?.chain, before?.chain)
    assert.equal(server.deployment.newRootKey, undefined)
  })

  it('is refused to plain HTTP', async () => {
    const client = apiClient({
      accessKeyId: 'x',
      secretAccessKey: 'x',
      port: () => server.port,
      now: Date.now,
    })
    await assert.rejects(client.call('GetCallerIdentity', {}))
  })
})

describe('a database of another account', () => {
  it('is refused, and let go of', async () => {
    const other = mkdtempSync(join(tmpdir(), 'fleetkey-account-'))
    const surroundings = { rootCredentialsFile: join(other, 'root.json') }
    const config = { ...testConfig(other), log: 'silent' as const }
    const first = await startServer({ ...config, accountId: '111111111111' }, surroundings)
    await first.close()
    await assert.rejects(startServer({ ...config, accountId: '222222222222' }, surroundings), {
      name: 'ConfigRefused',
    })
    await (await startServer(config, surroundings)).close()
    rmSync(other, { recursive: true })
  })
})
