import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import type { HostFacts } from '@fleetkey/domain/host-facts'
import { AGENT_ENROL_PATH } from '@fleetkey/wire/agent/agent-link'
import { parseEnrolmentAnswer, parseJoinToken } from '@fleetkey/wire/agent/enrolment'
import { enrolmentProofStatement } from '@fleetkey/wire/agent/link-statements'
import { encodeStatement } from '@fleetkey/wire/agent/statement'
import type { ControlPlane } from '../control-plane.ts'
import { fleetkeyJson } from '../fleetkey.ts'

/** Joins with a fresh token as a host would, and says of itself whatever is given. Returns its instance's id. */
export async function enrolHostileHost(plane: ControlPlane, facts: HostFacts): Promise<string> {
  const made = await fleetkeyJson(['join-tokens', 'create'], { env: plane.root })
  const { joinToken } = made as { joinToken: string }
  const secret = parseJoinToken(joinToken)?.secret ?? ''
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const agentKey = Buffer.from(x, 'base64url').toString('base64')
  const tokenHash = createHash('sha256').update(secret).digest('base64')
  const statement = encodeStatement(enrolmentProofStatement, { tokenHash, agentKey })
  const signature = sign(null, Buffer.from(statement), privateKey).toString('base64')
  const body = JSON.stringify({ secret, agentKey, proof: { statement, signature }, facts })
  const answer = await post(plane, AGENT_ENROL_PATH, {
    headers: { 'content-type': 'application/json' },
    body,
  })
  const enrolled = parseEnrolmentAnswer(JSON.parse(answer))
  if (enrolled === undefined) throw new Error(`not enrolled: ${answer}`)
  return enrolled.instanceId
}

/** What a client of any name sends: the body of the answer. */
export async function post(
  plane: Pick<ControlPlane, 'url' | 'caFile'>,
  path: string,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<string> {
  return await new Promise((resolve, reject) => {
    const sent = request(`${plane.url}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      ca: readFileSync(plane.caFile),
    })
    sent.on('response', (response) => void text(response).then(resolve, reject))
    sent.on('error', reject)
    sent.end(body)
  })
}
