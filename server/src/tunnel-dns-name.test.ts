import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { ConfigRefused } from './config.ts'
import { createAuthority, issueServerCertificate } from './secrets/certificate-authority.ts'
import { tunnelDnsName } from './tunnel-dns-name.ts'

const ANYWHERE = { host: '::', port: 8443 }
const LOOPBACK = { host: '127.0.0.1', port: 8443 }
const OURS = { hostname: 'control-1', certificate: undefined }
const FILES = { certificateFile: 'c', keyFile: 'k', caFile: 'a' }

let certificate = ''
before(async () => {
  const now = Date.now()
  const names = ['192.0.2.1', '*.example.com', 'fleet.example.org', 'other.example.org']
  ;({ certificate } = await issueServerCertificate(await createAuthority('d', now), names, now))
})

describe('the name that tunnels are opened at', () => {
  it('is the configured one', () => {
    const config = {
      listen: ANYWHERE,
      tls: { names: ['a.example'] },
      tunnels: { dnsName: 'b.example' },
    }
    assert.equal(tunnelDnsName(config, OURS), 'b.example')
  })

  it('is else the first of tls.names that is no address', () => {
    const config = {
      listen: ANYWHERE,
      tls: { names: ['::1', '192.0.2.1', 'a.example', 'b.example'] },
      tunnels: {},
    }
    assert.equal(tunnelDnsName(config, OURS), 'a.example')
  })

  it("is else the machine's, or localhost where nobody else can come", () => {
    const tls = { names: ['192.0.2.1'] }
    assert.equal(tunnelDnsName({ listen: ANYWHERE, tls, tunnels: {} }, OURS), 'control-1')
    assert.equal(tunnelDnsName({ listen: LOOPBACK, tls, tunnels: {} }, OURS), 'localhost')
    assert.equal(tunnelDnsName({ listen: LOOPBACK, tls: 'off', tunnels: {} }, OURS), 'localhost')
  })

  it("is else the first that the administrator's certificate is for", () => {
    const config = { listen: ANYWHERE, tls: FILES, tunnels: {} }
    assert.equal(tunnelDnsName(config, { ...OURS, certificate }), 'fleet.example.org')
  })

  it('takes a configured name that the certificate covers, also by a wildcard', () => {
    const config = { listen: ANYWHERE, tls: FILES, tunnels: { dnsName: 'tunnels.example.com' } }
    assert.equal(tunnelDnsName(config, { ...OURS, certificate }), 'tunnels.example.com')
  })

  it('refuses a configured name that the certificate does not cover (no client would come in)', () => {
    const config = { listen: ANYWHERE, tls: FILES, tunnels: { dnsName: 'elsewhere.example.net' } }
    assert.throws(
      () => tunnelDnsName(config, { ...OURS, certificate }),
      (error) => error instanceof ConfigRefused && /fleet\.example\.org/.test(error.message),
    )
  })
})
