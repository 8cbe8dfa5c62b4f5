import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { printable } from '@fleetkey/domain/printable'
import type { HostFacts } from '@fleetkey/domain/host-facts'
import {
  parseEnrolmentAnswer,
  type EnrolmentAnswer,
  type EnrolmentRequest,
  type JoinToken,
} from '@fleetkey/wire/agent/enrolment'
import { enrolmentProofStatement } from '@fleetkey/wire/agent/link-statements'
import { AGENT_ENROL_PATH } from '@fleetkey/wire/agent/agent-link'
import { encodeStatement } from '@fleetkey/wire/agent/statement'
import { sha256 } from './ed25519.ts'
import type { Identity } from './identity.ts'

/** The server's no, or an answer that is none. */
export class EnrolmentFailed extends Error {}

const LIMIT_MS = 15_000
const LONGEST_ANSWER = 65_536

export interface EnrolOptions {
  readonly server: URL
  /** The one CA to trust, PEM; empty on loopback HTTP. */
  readonly ca: string
  readonly token: JoinToken
  readonly identity: Identity
  readonly facts: HostFacts
}

/** Spends the token. The certificate is verified before the first byte of the secret leaves. */
export async function enrol(options: EnrolOptions): Promise<EnrolmentAnswer> {
  const { status, text } = await post(options, JSON.stringify(enrolmentRequest(options)))
  if (status !== 200) {
    throw new EnrolmentFailed(`the server refused (${status})${serverMessage(text)}`)
  }
  const answer = parseEnrolmentAnswer(parseJson(text))
  if (answer === undefined) {
    throw new EnrolmentFailed('the server answered something else than an enrolment')
  }
  return answer
}

function enrolmentRequest({ token, identity, facts }: EnrolOptions): EnrolmentRequest {
  const { agentKey } = identity
  const tokenHash = sha256(token.secret).toString('base64')
  const proof = identity.sign(encodeStatement(enrolmentProofStatement, { tokenHash, agentKey }))
  return { secret: token.secret, agentKey, proof, facts }
}

function post(
  { server, ca }: EnrolOptions,
  body: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const url = new URL(AGENT_ENROL_PATH, server)
  const options = {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    signal: AbortSignal.timeout(LIMIT_MS),
    agent: false,
  } as const
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === 'https:'
        ? requestHttps(url, { ...options, ca, rejectUnauthorized: true, minVersion: 'TLSv1.3' })
        : requestHttp(url, options)
    request.once('error', reject)
    request.once('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.once('error', reject)
      response.on('data', (part: string) => {
        text += part
        if (text.length > LONGEST_ANSWER) {
          request.destroy(new EnrolmentFailed('the server answered too much'))
        }
      })
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    request.end(body)
  })
}

/** What the server says for people, if it is short and printable: it goes to a terminal. */
function serverMessage(text: string): string {
  const value = parseJson(text)
  const found = typeof value === 'object' && value !== null ? value : {}
  const { message, Message } = found as { message?: unknown; Message?: unknown }
  const said = message ?? Message
  if (typeof said !== 'string') return ''
  return `: ${printable(said, 300)}`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
