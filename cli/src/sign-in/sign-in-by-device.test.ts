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
          if (replies[0] !== 'no answer')
            return say(400, { error: replies.shift() ?? 'access_denied' })
          replies.shift()
          return request.socket.destroy()
      }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => server.close().closeAllConnections())

  async function signIn(options: Partial<Parameters<typeof signInByDevice>[1]> = {}) {
    const provider = await openProvider({ issuer, clientId: 'c' })
    let shown: DeviceCode | undefined
    const error = await signInByDevice(provider, {
      show: (code) => (shown = code),
      signal: new AbortController().signal,
      ...options,
    }).catch((reason: unknown) => reason)
    assert.ok(error instanceof Failure, String(error))
    return { error, shown }
  }

  it('asks as seldom as it is told to: 5 seconds more at each slow_down (RFC 8628 §3.5)', async () => {
    device = {}
    replies = ['authorization_pending', 'slow_down', 'authorization_pending', 'slow_down']
    const pauses: number[] = []
    const { error } = await signIn({ pause: async (ms) => void pauses.push(ms) })
    assert.equal(error.exitCode, EXIT_CODES.cancelled)
    assert.deepEqual(pauses, [1000, 1000, 6000, 6000, 11_000])
  })

  it('asks on, less often, when the network is away for a moment', async () => {
    device = {}
    replies = ['no answer', 'authorization_pending']
    const pauses: number[] = []
    const { error } = await signIn({ pause: async (ms) => void pauses.push(ms) })
    assert.equal(error.exitCode, EXIT_CODES.cancelled)
    assert.deepEqual(pauses, [1000, 2000, 2000])
  })

  it('ends with the code', async () => {
    device = { expires_in: 1, interval: 0.05 }
    replies = Array.from({ length: 100 }, () => 'authorization_pending')
    const { error, shown } = await signIn()
    assert.match(error.message, /not confirmed in time/)
    assert.equal(shown?.completeUrl, undefined)
  })

  it('ends at once when the person ends it', { timeout: 5000 }, async () => {
    device = { interval: 60 }
    replies = []
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Failure('interrupted', 'enough')), 100)
    assert.equal((await signIn({ signal: stop.signal })).error.exitCode, EXIT_CODES.interrupted)
  })

  it('shows no address that is none of the web (a click would run something)', async () => {
    device = { verification_uri: 'javascript:alert(1)' }
    const { error, shown } = await signIn()
    assert.equal(error.exitCode, EXIT_CODES.badAnswer)
    assert.equal(shown, undefined)
  })
})
