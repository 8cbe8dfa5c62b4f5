import { generateKeyPairSync, randomBytes, randomUUID, type KeyObject } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Grant } from '@fleetkey/domain/grant'
import { grantStatement } from '@fleetkey/wire/agent/grant-statement'
import { parseAgentMessage, type AgentMessage } from '@fleetkey/wire/agent/agent-messages'
import type { ServerMessage } from '@fleetkey/wire/agent/server-messages'
import type { Signed } from '@fleetkey/wire/agent/signed'
import { signerStatement, type SignerCertificate } from '@fleetkey/wire/agent/signer-statement'
import { encodeStatement } from '@fleetkey/wire/agent/statement'
import { tunnelOrderStatement, type TunnelOrder } from '@fleetkey/wire/agent/tunnel-statements'
import { AGENT_TUNNEL_PATH } from '@fleetkey/wire/tunnel/protocol'
import { WebSocketServer, type WebSocket } from 'ws'
import { publicKeyText, signStatement } from '../ed25519.ts'
import type { SignedGrant } from '../grant-checks.ts'
import type { SignedOrder } from '../tunnels/order-checks.ts'

export const DEPLOYMENT = 'deployment-of-the-test'
export const INSTANCE_ID = 'i-0123456789abcdef0'

/** Keys and signatures as a server makes them, with every field open to change: tests forge what they need. */
export interface FakeSigner {
  readonly issuerKey: string
  certificate(changes?: Partial<SignerCertificate>): SignerCertificate
  sign(grant: Grant, changes?: SigningChanges): SignedGrant
  /** Signs another statement as grants are signed. */
  vouch(
    statement: string,
    changes?: SigningChanges,
  ): { readonly signed: Signed; readonly signer: Signed }
  signOrder(order: TunnelOrder, changes?: SigningChanges): SignedOrder
}

export interface SigningChanges {
  readonly certificate?: Partial<SignerCertificate>
  /** Signs the certificate instead of the issuer. */
  readonly issuer?: KeyObject
  /** Signs the grant or order instead of the signer. */
  readonly signer?: KeyObject
}

export const newKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey

export function createFakeSigner(now = Date.now()): FakeSigner {
  const issuer = newKey()
  const signer = newKey()
  const certificate = (changes: Partial<SignerCertificate> = {}): SignerCertificate => ({
    deployment: DEPLOYMENT,
    usage: 'grant',
    publicKey: publicKeyText(signer),
    epoch: 1,
    notBefore: now,
    notAfter: now + 24 * 60 * 60 * 1000,
    ...changes,
  })
  const vouch: FakeSigner['vouch'] = (statement, changes = {}) => ({
    signed: signStatement(changes.signer ?? signer, statement),
    signer: signStatement(
      changes.issuer ?? issuer,
      encodeStatement(signerStatement, certificate(changes.certificate)),
    ),
  })
  return {
    issuerKey: publicKeyText(issuer),
    certificate,
    vouch,
    sign(grant, changes) {
      const { signed, ...others } = vouch(encodeStatement(grantStatement, grant), changes)
      return { grant: signed, ...others }
    },
    signOrder(order, changes) {
      const { signed, ...others } = vouch(encodeStatement(tunnelOrderStatement, order), changes)
      return { order: signed, ...others }
    },
  }
}

/** A grant that passes, for the account and key of the test. */
export function sampleGrant(changes: Partial<Grant> = {}): Grant {
  return {
    deployment: DEPLOYMENT,
    grantId: randomBytes(16).toString('hex'),
    instanceId: INSTANCE_ID,
    agentKey: '',
    nonce: '0'.repeat(32),
    osUser: 'alice',
    uid: 1000,
    keyType: 'ssh-ed25519',
    keyBlob: newKeyBlob(),
    optionProfile: 'login',
    ttl: 60,
    issuedAt: Date.now(),
    principalArn: 'arn:aws:iam::123456789012:user/alice',
    requestId: randomUUID(),
    intentSeq: 1,
    intentHash: '0'.repeat(64),
    ...changes,
  }
}

/** An order that passes, for the link of the test. */
export function sampleOrder(changes: Partial<TunnelOrder> = {}): TunnelOrder {
  return {
    deployment: DEPLOYMENT,
    tunnelId: randomBytes(16).toString('hex'),
    instanceId: INSTANCE_ID,
    agentKey: '',
    linkNonce: '0'.repeat(32),
    address: '192.0.2.7',
    port: 22,
    issuedAt: Date.now(),
    principalArn: 'arn:aws:iam::123456789012:user/alice',
    requestId: randomUUID(),
    intentSeq: 1,
    intentHash: '0'.repeat(64),
    ...changes,
  }
}

/** The blob of a new ssh-ed25519 key (RFC 8709 §4). */
export function newKeyBlob(): string {
  const key = Buffer.from(publicKeyText(newKey()), 'base64')
  const name = Buffer.from('ssh-ed25519')
  return Buffer.concat([length(name), name, length(key), key]).toString('base64')
}

function length(bytes: Uint8Array): Buffer {
  const prefix = Buffer.alloc(4)
  prefix.writeUInt32BE(bytes.length)
  return prefix
}

/** A WebSocket server on loopback that speaks for a control plane; the test writes its lines. */
export interface FakeControlPlane {
  readonly url: string
  /** The next agent that connects, after its hello, welcomed. */
  arrival(): Promise<FakeLink>
  /** The next connection for a tunnel, with the headers that it came with. */
  tunnel(): Promise<{ readonly socket: WebSocket; readonly headers: IncomingHttpHeaders }>
  /** The next socket, before anything was said. */
  socket(): Promise<WebSocket>
  readonly answerUpgradesWith: (answer: string | undefined) => void
  close(): Promise<void>
}

export interface FakeLink {
  readonly hello: Extract<AgentMessage, { kind: 'hello' }>
  readonly challenge: string
  readonly socket: WebSocket
  send(message: ServerMessage): void
  next(): Promise<AgentMessage>
}

export async function startControlPlane(
  onRequest?: (request: IncomingMessage, response: ServerResponse) => void,
  http: Server = createServer(),
): Promise<FakeControlPlane> {
  let upgradeAnswer: string | undefined
  const tunnels = new EventEmitter()
  const waiting: ((socket: WebSocket) => void)[] = []
  const arrived: WebSocket[] = []
  if (onRequest !== undefined) http.on('request', onRequest)
  const webSockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => [...offered][0] ?? false,
  })
  http.on('upgrade', (request, stream, head) => {
    if (upgradeAnswer !== undefined) return void stream.end(upgradeAnswer)
    webSockets.handleUpgrade(request, stream, head, (socket) => {
      if (request.url === AGENT_TUNNEL_PATH) {
        tunnels.emit('tunnel', { socket, headers: request.headers })
        return
      }
      const taker = waiting.shift()
      if (taker === undefined) arrived.push(socket)
      else taker(socket)
    })
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')

  const socket = () =>
    new Promise<WebSocket>((resolve) => {
      const first = arrived.shift()
      if (first === undefined) waiting.push(resolve)
      else resolve(first)
    })

  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    socket,
    async tunnel() {
      const [tunnel] = (await once(tunnels, 'tunnel')) as [
        Awaited<ReturnType<FakeControlPlane['tunnel']>>,
      ]
      return tunnel
    },
    async arrival() {
      return greet(await socket())
    },
    answerUpgradesWith: (answer) => (upgradeAnswer = answer),
    async close() {
      for (const client of webSockets.clients) client.terminate()
      http.close()
      http.closeAllConnections()
      await once(http, 'close')
    },
  }
}

async function greet(socket: WebSocket): Promise<FakeLink> {
  const next = inbox(socket)
  const challenge = randomBytes(32).toString('base64')
  const send = (message: ServerMessage) => socket.send(JSON.stringify(message))
  send({ kind: 'challenge', deployment: DEPLOYMENT, challenge })
  const hello = await next()
  if (hello.kind !== 'hello') throw new Error(`${hello.kind} instead of hello`)
  send({ kind: 'welcome' })
  return { hello, challenge, socket, send, next }
}

/** What came in, in order, waited for. */
function inbox(socket: WebSocket): () => Promise<AgentMessage> {
  const messages: AgentMessage[] = []
  const waiting: ((message: AgentMessage) => void)[] = []
  socket.on('message', (data: Buffer) => {
    const message = parseAgentMessage(data.toString())
    if (message === undefined) throw new Error(`not a message: ${data.toString()}`)
    const taker = waiting.shift()
    if (taker === undefined) messages.push(message)
    else taker(message)
  })
  return () =>
    new Promise((resolve) => {
      const first = messages.shift()
      if (first === undefined) waiting.push(resolve)
      else resolve(first)
    })
}
