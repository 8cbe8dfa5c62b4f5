import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import type { ControlPlane } from '../control-plane.ts'
import type { Answer, Push, PushHistory } from './push-history.ts'

/** Longer than the server takes for any push. */
const ANSWER_WITHIN_MS = 15_000

/** Sends pushes over connections that are kept, as an SDK does, and writes down what it sees. */
export class PushClient {
  readonly #url: URL
  readonly #connections: Agent
  readonly #history: PushHistory

  constructor(plane: ControlPlane, history: PushHistory) {
    this.#url = new URL(plane.url)
    this.#connections = new Agent({ keepAlive: true, ca: readFileSync(plane.caFile) })
    this.#history = history
  }

  async send(push: Push): Promise<Answer> {
    const attempt = this.#history.begin(push)
    const answer = await this.#exchange(push)
    this.#history.end(attempt, answer)
    return answer
  }

  close(): void {
    this.#connections.destroy()
  }

  #exchange({ signed: { headers, body } }: Push): Promise<Answer> {
    return new Promise((resolve) => {
      const cutOff = (error: Error) => resolve({ kind: 'cut off', because: error.message })
      const options = { method: 'POST', headers, agent: this.#connections }
      const outgoing = request(this.#url, options, (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', cutOff)
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          resolve(readAnswer(incoming.statusCode ?? 0, text))
        })
      })
      outgoing.setTimeout(ANSWER_WITHIN_MS, () => outgoing.destroy(new Error('no answer in time')))
      outgoing.on('error', cutOff)
      outgoing.end(body)
    })
  }
}

function readAnswer(status: number, text: string): Answer {
  let body: Readonly<Record<string, unknown>>
  try {
    body = JSON.parse(text) as Readonly<Record<string, unknown>>
  } catch {
    return { kind: 'cut off', because: `half an answer: ${text.slice(0, 80)}` }
  }
  if (status === 200 && body['Success'] === true) {
    return { kind: 'success', requestId: String(body['RequestId']) }
  }
  return { kind: 'refused', status, code: String(body['__type']) }
}
