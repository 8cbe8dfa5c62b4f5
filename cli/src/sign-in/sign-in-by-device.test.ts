import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { Failure } from '../failure.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { openProvider } from './provider.ts'
import { signInByDevice, type DeviceCode } from './sign-in-by-device.ts'

/** Against a provider that says what no real one says on demand. */
describe('signInByDevice', () => {
  let server: Server
  let issuer: string
  let device: Readonly<Record<string, unknown>>
  let replies: string[]
  before(async () => {
    server = createServer((request, response) => {
      const say = (status: number, body: object) => {
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(JSON.stringify(body))
      }
      switch (request.url) {
        case '/.well-known/openid-configuration':
          return say(200, {
            issuer,
            device_authorization_endpoint: `${issuer}/device`,
            token_endpoint: `${issuer}/token`,
            jwks_uri: `${issuer}/jwks`,
          })
        case '/device':
          return say(200, {
            device_code: 'd',
            user_code: 'ABCD',
            verification_uri: 'https://idp.example/device',
            expires_in: 600,
            interval: 1,
            ...device,
          })
        case undefined:
        default:
          return say(400, { error: replies.shift() ?? 'access_denied' })
      }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => server.close().closeAllConnections())

  async function signIn(signal = new AbortController().signal) {
    const provider = await openProvider({ issuer, clientId: 'c' })
    let shown: DeviceCode | undefined
    const show = (code: DeviceCode) => (shown = code)
    const error = await signInByDevice(provider, { show, signal }).catch(
      (reason: unknown) => reason,
    )
    assert.ok(error instanceof Failure, String(error))
    return { error, shown }
  }

  it('asks as seldom as it is told to: 5 seconds more at each slow_down (RFC 8628 §3.5)', async (t) => {
    device = {}
    replies = ['authorization_pending', 'slow_down', 'authorization_pending', 'slow_down']
    let seconds = 0
    const real = setTimeout
    t.mock.method(
      globalThis,
      'setTimeout',
      (work: (value: unknown) => void, ms: number, value?: unknown) => {
        // Those of fetch come with a value, or are no whole seconds.
        if (value !== undefined || ms < 1000 || ms % 1000 !== 0) return real(work, ms, value)
        seconds += ms / 1000
        return real(work, 0, value)
      },
    )
    const { error } = await signIn()
    assert.equal(error.exitCode, EXIT_CODES.cancelled)
    assert.equal(seconds, 1 + 1 + 6 + 6 + 11)
  })

  it('ends with the code', async () => {
    device = { expires_in: 1, interval: 0.05 }
    replies = Array.from({ length: 100 }, () => 'authorization_pending')
    const { error, shown } = await signIn()
    assert.match(error.message, /not confirmed in time/)
    assert.equal(shown?.completeUrl, undefined)
  })

  it('ends at once when the person ends it', async () => {
    device = { interval: 0.05 }
    replies = Array.from({ length: 100 }, () => 'authorization_pending')
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Failure('interrupted', 'enough')), 100)
    assert.equal((await signIn(stop.signal)).error.exitCode, EXIT_CODES.interrupted)
  })

  it('shows no address that is none of the web (a click would run something)', async () => {
    device = { verification_uri: 'javascript:alert(1)' }
    const { error, shown } = await signIn()
    assert.equal(error.exitCode, EXIT_CODES.badAnswer)
    assert.equal(shown, undefined)
  })
})
