import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { isAble } from '@fleetkey/domain/host-facts'
import type { Instance } from '@fleetkey/domain/instance'
import { linkProofStatement } from '@fleetkey/wire/agent/link-statements'
import {
  AGENT_SUBPROTOCOL,
  CLOSE_BACK_OFF,
  CLOSE_FORGOTTEN,
  MAX_MESSAGE_LENGTH,
  PING_INTERVAL_MS,
  DEAD_AFTER_MS,
} from '@fleetkey/wire/agent/agent-link'
import { parseAgentMessage, type AgentMessage } from '@fleetkey/wire/agent/agent-messages'
import type { ServerMessage } from '@fleetkey/wire/agent/server-messages'
import { decodeStatement } from '@fleetkey/wire/agent/statement'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import type { Bus } from '../bus/bus.ts'
import { isSignedBy, publicKeyFrom } from '../secrets/ed25519.ts'
import type { Store } from '../store/store.ts'
import type { IngressRecorder } from '../trail/record-ingress.ts'
import type { ReceiptRecorder } from '../trail/record-receipts.ts'
import type { Source, SourceOf } from '../source.ts'
import { createAgentLink, type AgentLink, type AgentQuestion } from './agent-link.ts'
import { agentSubject, type RevokeNotice } from './deliver-grant.ts'
import { atMostInHand } from './in-hand.ts'
import { createFactsKeeper } from './keep-facts.ts'
import type { Presence } from './presence.ts'
import { refuseUpgrade } from './refuse-upgrade.ts'
import type { HostRulesTeller } from './tell-rules.ts'
import { UnprovenLinks } from './unproven-links.ts'
import { createWaitingReports, type Report, type WaitingReports } from './waiting-reports.ts'

/** An agent that has not proved its key by then is cut off. */
const PROOF_DEADLINE_MS = 5_000
/** A code of RFC 6455 §7.4.1: the peer broke the rules. */
const CLOSE_POLICY = 1008
/** More unsent bytes than this on a link: the peer does not read. */
const MAX_BUFFERED = 1024 * 1024

/** Messages of one agent that are being seen to, receipts above all. A well-behaved one that comes back sends some two hundred at once. */
const MAX_IN_HAND = 32

type SignersMessage = Extract<ServerMessage, { readonly kind: 'signers' }>

/** Takes agents' WebSockets, proves who they are, and serves their instance's subject on the bus while they stay. */
export interface AgentGateway {
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Closes all links, spread over some seconds of back-off. */
  close(): void
  /** Cuts an instance's link: it is enrolled no more. */
  drop(instanceId: string): void
}

export function createAgentGateway(parts: {
  readonly store: Pick<Store, 'instances'>
  readonly bus: Bus
  readonly presence: Presence
  readonly receipts: ReceiptRecorder
  readonly ingress: IngressRecorder
  /** For a host that may have missed a change of its rules. */
  readonly hostRules: Pick<HostRulesTeller, 'tell'>
  /** What an agent that serves managed keys shows its host, signed anew for each that asks. */
  readonly managedSigners: () => Promise<Omit<SignersMessage, 'kind'>>
  readonly sourceOf: SourceOf
  readonly deployment: string
  /** PROOF_DEADLINE_MS unless a test is in a hurry. */
  readonly proofDeadlineMs?: number | undefined
  readonly now: () => number
  readonly log: GatewayLog
}): AgentGateway {
  const {
    store,
    bus,
    presence,
    receipts,
    ingress,
    hostRules,
    managedSigners,
    sourceOf,
    deployment,
    now,
    log,
  } = parts
  const { proofDeadlineMs = PROOF_DEADLINE_MS } = parts
  const facts = createFactsKeeper({ instances: store.instances, now, log })
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_LENGTH * 4, // bytes; messages are counted in characters
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(AGENT_SUBPROTOCOL) ? AGENT_SUBPROTOCOL : false),
  })
  const unproven = new UnprovenLinks()
  let closing = false
  const heartbeats = new Map<AgentLink, { readonly socket: WebSocket; heardAt: number }>()
  const beat = setInterval(() => {
    for (const [link, { socket, heardAt }] of heartbeats) {
      if (now() - heardAt > DEAD_AFTER_MS || socket.bufferedAmount > MAX_BUFFERED) {
        log.info({ instanceId: link.instanceId }, 'agent link is dead')
        socket.terminate()
      } else socket.ping()
    }
  }, PING_INTERVAL_MS)

  function accept(request: IncomingMessage, socket: Duplex, head: Buffer) {
    const source = sourceOf(request)
    const proven = closing ? undefined : unproven.add(source.sourceAddress)
    if (proven === undefined) {
      refuseUpgrade(socket, { status: 503, retryAfter: 1 + (unproven.count % 10) })
      return
    }
    // Also of one that is no WebSocket, which is refused without a word here.
    socket.once('close', proven)
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      greet(webSocket, source, proven).catch((error: unknown) => {
        log.warn(
          { peer: source.sourceAddress, error: String(error) },
          'an agent could not be greeted',
        )
        webSocket.close(CLOSE_BACK_OFF, '5')
      })
    })
  }

  async function greet(
    socket: WebSocket,
    { sourceAddress: peer, isOfProxy, proxyAddress }: Source,
    proven: () => void,
  ) {
    socket.on('error', (error) => log.info({ peer, error: error.message }, 'agent link failed'))
    const challenge = randomBytes(32).toString('base64')
    send(socket, { kind: 'challenge', deployment, challenge })
    const hello = await firstMessage(socket, proofDeadlineMs).finally(proven)
    const instance =
      hello?.kind === 'hello' ? await provenInstance(hello, challenge) : ('no proof' as const)
    if (instance === 'no proof' || hello?.kind !== 'hello') {
      log.warn({ peer }, 'refused an agent link without a valid proof')
      socket.close(CLOSE_POLICY, 'no valid proof')
      return
    }
    if (instance === 'unknown') {
      socket.close(CLOSE_FORGOTTEN, 'this instance is not enrolled here')
      return
    }
    if (socket.readyState !== socket.OPEN) return
    const { linkNonce } = hello
    open(socket, instance, { peerAddress: peer, isOfProxy, proxyAddress, linkNonce })
    await facts.keep(instance.instanceId, hello.facts, instance.facts)
    // Forgotten between the proof and the link: whoever forgot it found no link to cut.
    if ((await store.instances.get(instance.instanceId)) === undefined) {
      socket.close(CLOSE_FORGOTTEN, 'forgotten')
      return
    }
    const told = isAble(hello.facts, 'rules') && (await hostRules.tell(instance.instanceId))
    if (told && told.state !== 'done') log.warn({ ...told }, 'a host does not follow its rules')
  }

  async function provenInstance(
    hello: Extract<AgentMessage, { kind: 'hello' }>,
    challenge: string,
  ): Promise<Instance | 'unknown' | 'no proof'> {
    const proof = decodeStatement(linkProofStatement, hello.proof.statement)
    if (proof?.deployment !== deployment || proof.challenge !== challenge) return 'no proof'
    const instance = await store.instances.get(proof.instanceId)
    if (instance === undefined) return 'unknown'
    return isSignedBy(publicKeyFrom(instance.agentKey), hello.proof) ? instance : 'no proof'
  }

  function open(
    socket: WebSocket,
    { instanceId }: Instance,
    agent: Pick<AgentLink, 'peerAddress' | 'isOfProxy' | 'proxyAddress' | 'linkNonce'>,
  ) {
    const link = createAgentLink({ instanceId, since: now(), ...agent }, socket)
    const heartbeat = { socket, heardAt: now() }
    const heard = () => (heartbeat.heardAt = now())
    const take = atMostInHand(MAX_IN_HAND, socket)
    const reports = createWaitingReports({
      record: (report) => recordReport(link, report),
      fail: (error) => fail(socket, link, error),
      onWait: (error) =>
        log.warn({ instanceId, error: String(error) }, 'what a host reports waits for the trail'),
    })
    presence.arrived(link)?.close(CLOSE_POLICY, 'another link of this instance took its place')
    const stopServing = bus.serve(agentSubject(instanceId), (payload) => passOn(link, payload))
    heartbeats.set(link, heartbeat)
    socket.on('pong', heard)
    socket.on('message', (data, isBinary) => {
      heard()
      const message = isBinary ? undefined : readMessage(data)
      if (message === undefined) socket.close(CLOSE_POLICY, 'not a message of this protocol')
      else {
        take(receive(link, reports, message).catch((error: unknown) => fail(socket, link, error)))
      }
    })
    socket.on('close', () => {
      heartbeats.delete(link)
      reports.close()
      if (presence.linkOf(link.instanceId) === link) stopServing()
      presence.left(link, now())
      link.closed()
      log.info({ instanceId: link.instanceId }, 'agent left')
    })
    link.send({ kind: 'welcome' })
    log.info({ instanceId: link.instanceId }, 'agent arrived')
  }

  async function receive(link: AgentLink, reports: WaitingReports, message: AgentMessage) {
    switch (message.kind) {
      case 'ruled':
        link.settle(message)
        // So the host knows that it can still be reached, and keeps them.
        link.send({ kind: 'rules-heard', revision: message.revision })
        return
      case 'prepared':
      case 'installed':
      case 'tunnelled':
      case 'explained':
      case 'session-ending':
      case 'examined':
      case 'mended':
      case 'refused':
        link.settle(message)
        return
      case 'facts':
        await facts.keep(link.instanceId, message.facts)
        return
      case 'receipts':
      case 'ingress-observed':
        await reports.take(message)
        return
      case 'signers-wanted':
        link.send({ kind: 'signers', ...(await managedSigners()) })
        return
      case 'hello':
        throw new Error('a second hello')
    }
  }

  async function recordReport(link: AgentLink, report: Report) {
    const { instanceId } = link
    if (report.kind === 'receipts') {
      await receipts.record(instanceId, report.receipts)
      link.send({ kind: 'stored', receiptIds: report.receipts.map((one) => one.receiptId) })
    } else {
      await ingress.record(instanceId, report.receiptId, report.observations)
      link.send({ kind: 'stored', receiptIds: [report.receiptId] })
    }
  }

  function fail(socket: WebSocket, link: AgentLink, error: unknown) {
    log.warn({ instanceId: link.instanceId, error: String(error) }, 'agent message not handled')
    socket.close(CLOSE_BACK_OFF, '5')
  }

  return {
    accept,
    drop: (instanceId) => presence.linkOf(instanceId)?.close(CLOSE_FORGOTTEN, 'forgotten'),
    close() {
      closing = true
      clearInterval(beat)
      facts.close()
      let place = 0
      for (const { socket } of heartbeats.values())
        socket.close(CLOSE_BACK_OFF, String(1 + (place++ % 10)))
      webSockets.close()
    },
  }
}

export interface GatewayLog {
  info(facts: object, text: string): void
  warn(facts: object, text: string): void
}

async function passOn(link: AgentLink, payload: string): Promise<string> {
  const question = JSON.parse(payload) as AgentQuestion | RevokeNotice
  if (question.kind === 'revoke') {
    link.send(question)
    return ''
  }
  return JSON.stringify(await link.ask(question))
}

function firstMessage(socket: WebSocket, withinMs: number): Promise<AgentMessage | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => done(undefined), withinMs)
    const done = (message: AgentMessage | undefined) => {
      clearTimeout(timer)
      socket.removeAllListeners('message')
      socket.removeListener('close', onClose)
      resolve(message)
    }
    const onClose = () => done(undefined)
    socket.on('close', onClose)
    socket.on('message', (data, isBinary) => done(isBinary ? undefined : readMessage(data)))
  })
}

/** ws hands a text message over as one Buffer. */
function readMessage(data: RawData): AgentMessage | undefined {
  return Buffer.isBuffer(data) ? parseAgentMessage(data.toString('utf8')) : undefined
}

function send(socket: WebSocket, message: ServerMessage) {
  socket.send(JSON.stringify(message))
}
