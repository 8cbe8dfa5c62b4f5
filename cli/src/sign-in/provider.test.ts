import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { startOidcProvider, type OidcProvider } from '@fleetkey/fleet/oidc/oidc-provider'
import {
  createAuthority,
  issueServerCertificate,
} from '@fleetkey/server/secrets/certificate-authority'
import { EXIT_CODES, type Cause } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { openProvider } from './provider.ts'

const failsAs = (cause: Cause, says: RegExp) => (error: unknown) =>
  error instanceof Failure &&
  error.exitCode === EXIT_CODES[cause] &&
  says.test([error.message, ...error.why].join('\n'))

describe('openProvider', () => {
  describe('over TLS', { timeout: 30_000 }, () => {
    let provider: OidcProvider
    let folder: string
    let caFile: string
    before(async () => {
      const authority = await createAuthority('test', Date.now())
      const own = await issueServerCertificate(authority, ['127.0.0.1'], Date.now())
      const tls = { certificate: own.certificate, key: own.privateKey }
      provider = await startOidcProvider({ accounts: [], tls })
      folder = mkdtempSync(join(tmpdir(), 'fleetkey-tls-'))
      caFile = join(folder, 'ca.pem')
      writeFileSync(caFile, authority.certificate)
    })
    after(async () => {
      rmSync(folder, { recursive: true, force: true })
      await provider.stop()
    })

    it('refuses a certificate that nobody here vouches for', async () => {
      await assert.rejects(
        openProvider({ issuer: provider.issuer, clientId: 'c' }),
        failsAs('certificate', /is not trusted/),
      )
    })
    it('trusts the authority of the profile too', async () => {
      const opened = await openProvider({ issuer: provider.issuer, clientId: 'c' }, caFile)
      assert.equal(opened.scope, 'openid profile email groups offline_access')
    })
    it('says which file is no certificate', async () => {
      await assert.rejects(
        openProvider({ issuer: provider.issuer, clientId: 'c' }, join(folder, 'nope')),
        failsAs('configuration', /nope cannot be read/),
      )
    })
  })

  describe('that is no provider', () => {
    let server: Server
    let issuer: string
    let document: object | string
    before(async () => {
      server = createServer((_request, response) => {
        const isText = typeof document === 'string'
        response.writeHead(200, { 'content-type': isText ? 'text/html' : 'application/json' })
        response.end(isText ? document : JSON.stringify(document))
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    })
    after(() => server.close().closeAllConnections())
    const open = () => openProvider({ issuer, clientId: 'c' })

    it('refuses one that calls itself something else (mix-up)', async () => {
      document = { issuer: 'https://evil.example' }
      await assert.rejects(open(), failsAs('badAnswer', /does not belong to this sign-in/))
    })
    it('says that it is a web page', async () => {
      document = '<html>'
      await assert.rejects(open(), failsAs('badAnswer', /content-type/))
    })
    it('asks only for scopes that it has (some refuse the others)', async () => {
      document = { issuer, scopes_supported: ['openid', 'email', 'phone'] }
      assert.equal((await open()).scope, 'openid email')
      document = { issuer }
      assert.match((await open()).scope, /^openid profile email offline_access$/)
    })
  })

  it('says that nothing listens there', async () => {
    await assert.rejects(
      openProvider({ issuer: 'http://127.0.0.1:1', clientId: 'c' }),
      failsAs('cannotConnect', /cannot be reached/),
    )
  })

  for (const issuer of [
    'http://idp.example',
    'https://user:pw@idp.example',
    'https://idp.example/?x',
    'https://idp.example/#x',
    'ftp://127.0.0.1',
    'idp.example',
  ]) {
    it(`does not go to ${issuer}`, async () => {
      await assert.rejects(
        openProvider({ issuer, clientId: 'c' }),
        failsAs('configuration', /not the address of a sign-in provider/),
      )
    })
  }
})
