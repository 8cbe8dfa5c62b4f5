import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

const TIMEOUT_MS = 20_000

/** A POST, ready to be sent. */
export interface HttpRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Connections to one server that stay open between requests. */
export interface HttpConnections {
  /** The body of the answer. Rejects when its status is not 200: a refused push is no measurement. */
  readonly post: (request: HttpRequest) => Promise<string>
  close(): void
}

/** As many as there are requests in flight, at most 64. */
export function openConnections(server: {
  readonly url: string
  readonly ca: string | undefined
}): HttpConnections {
  const { protocol, hostname, port } = new URL(server.url)
  const isTls = protocol === 'https:'
  const options = { keepAlive: true, maxSockets: 64, noDelay: true }
  const agent = isTls ? new HttpsAgent({ ...options, ca: server.ca }) : new HttpAgent(options)
  const request = isTls ? httpsRequest : httpRequest
  return {
    post({ path, headers, body }) {
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      const length = { 'content-length': String(body.length) }
      const sent = request(
        { agent, hostname, port, path, method: 'POST', headers: { ...headers, ...length } },
        (answer) => void readAnswer(answer).then(resolve, reject),
      )
      sent.setTimeout(TIMEOUT_MS, () => sent.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)))
      sent.on('error', reject)
      sent.end(body)
      return promise
    },
    close: () => agent.destroy(),
  }
}

async function readAnswer(answer: IncomingMessage): Promise<string> {
  let text = ''
  answer.setEncoding('utf8')
  answer.on('data', (part: string) => (text += part))
  await new Promise((resolve, reject) => answer.on('end', resolve).on('error', reject))
  if (answer.statusCode !== 200) throw new Error(`HTTP ${answer.statusCode}: ${text}`)
  return text
}
