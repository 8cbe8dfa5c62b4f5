import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { Provider } from 'oidc-provider'
import { providerConfiguration } from './configuration.ts'
import { interact } from './interactions.ts'
import type { OidcAccount, OidcOptions } from './oidc-options.ts'

/**
 * The provider's process. Its options are the first line of standard input, its issuer the first line of standard output. Each further
 * line is the list of people from then on, and is answered by a line. It ends when standard input does, so that it outlives its owner
 * under no circumstances.
 */
const lines = createInterface({ input: process.stdin })
lines.once('close', () => process.exit(0))
const [line] = (await once(lines, 'line')) as [string]
// Ours are tests and a demo: the text comes from our own parent.
const given = JSON.parse(line) as OidcOptions
const accounts = [...given.accounts]
const options = { ...given, accounts }
lines.on('line', (next) => {
  accounts.splice(0, accounts.length, ...(JSON.parse(next) as OidcAccount[]))
  console.log('changed')
})

let answer: RequestListener = (_request, response) => response.writeHead(503).end()
const listener: RequestListener = (request, response) => answer(request, response)
const server = options.tls
  ? createSecureServer({ cert: options.tls.certificate, key: options.tls.key }, listener)
  : createServer(listener)
const address = options.address ?? '127.0.0.1'
server.listen(options.port ?? 0, address)
await once(server, 'listening')
// The issuer names the port, so the provider can only be made once there is one.
const { port } = server.address() as AddressInfo
const issuer = `${options.tls ? 'https' : 'http'}://${address}:${port}`
const provider = new Provider(issuer, providerConfiguration(options))
provider.on('server_error', (_context, error) => console.error(error))
provider.use(async (context, next) => {
  await next()
  const { body } = context
  if (context.path !== '/device/auth' || typeof body !== 'object') return
  context.body = { ...body, interval: options.deviceInterval ?? 5 }
})
const answerProtocol = provider.callback()
answer = (request, response) => {
  if (!request.url?.startsWith('/interaction/')) {
    void answerProtocol(request, response)
    return
  }
  interact(provider, accounts, { request, response }).catch((error: unknown) => {
    console.error(error)
    if (!response.headersSent) response.writeHead(500)
    response.end()
  })
}
console.log(issuer)
