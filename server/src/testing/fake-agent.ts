import type { KeyObject } from 'node:crypto'
import type { Grant } from '@fleetkey/domain/grant'
import type { HostFacts } from '@fleetkey/domain/host-facts'
import { grantStatement } from '@fleetkey/wire/agent/grant-statement'
import {
  acknowledgementStatement,
  enrolmentProofStatement,
  linkProofStatement,
  type Acknowledgement,
} from '@fleetkey/wire/agent/link-statements'
import {
  AGENT_ENROL_PATH,
  AGENT_LINK_PATH,
  AGENT_SUBPROTOCOL,
} from '@fleetkey/wire/agent/agent-link'
import { parseServerMessage, type ServerMessage } from '@fleetkey/wire/agent/server-messages'
import type { AgentMessage } from '@fleetkey/wire/agent/agent-messages'
import { parseJoinToken } from '@fleetkey/wire/agent/enrolment'
import { hostRulesStatement, type HostRules } from '@fleetkey/wire/agent/rules-statements'
import { decodeStatement, encodeStatement } from '@fleetkey/wire/agent/statement'
import { WebSocket } from 'ws'
import { sha256Base64 } from '../secrets/digests.ts'
import { generatePrivateKey, publicKeyText, signStatement } from '../secrets/ed25519.ts'
import { exchange, type ApiResponse } from './api-client.ts'
import type { ControlPlane } from './control-plane.ts'

type Told<Kind extends ServerMessage['kind']> = Extract<ServerMessage, { readonly kind: Kind }>

/** An enrolled host without an agent. */
export interface Host {
  readonly instanceId: string
  readonly deployment: string
  readonly key: KeyObject
}

/** What the fake agent answers; undefined is silence. Unless said otherwise it is honest. */
export interface Behaviour {
  readonly prepare?: (message: Told<'prepare'>) => Answer
  readonly install?: (message: Told<'install'>, host: Host) => Answer
  /** Unless said otherwise an order is not followed. */
  readonly tunnel?: (message: Told<'tunnel'>, host: Host) => Answer
  /** Unless said otherwise nothing is answered. */
  readonly explain?: (message: Told<'explain'>) => Answer
  /** Unless said otherwise it ends, whatever it is. */
  readonly endSession?: (message: Told<'end-session'>) => Answer
  /** Unless said otherwise rules are followed at once. */
  readonly rules?: (message: Told<'rules'>, host: Host) => Answer
  /** Unless said otherwise neither is answered. */
  readonly examine?: (message: Told<'examine'>) => Answer
  readonly mend?: (message: Told<'mend'>, host: Host) => Answer
  readonly facts?: HostFacts
  /** Of the handshake: what a proxy adds to it. */
  readonly headers?: Readonly<Record<string, string>>
}

type Answer = AgentMessage | undefined | Promise<AgentMessage | undefined>

export interface FakeAgent {
  readonly host: Host
  readonly socket: WebSocket
  /** All that the server said, oldest first. */
  readonly told: readonly ServerMessage[]
  /** The grants that it was asked to install. */
  grants(): readonly Grant[]
  /** Resolves with the first message of this kind, also one that came before. */
  hears<Kind extends ServerMessage['kind']>(kind: Kind): Promise<Told<Kind>>
  say(message: AgentMessage): void
  /** How the link ended; code 0 when it still has not after some seconds. */
  readonly closed: Promise<LinkEnd>
  close(): Promise<void>
}

interface LinkEnd {
  readonly code: number
  readonly reason: string
}

/** As a real agent makes a new one for each link. */
export const LINK_NONCE = 'ab'.repeat(16)

export const FACTS: HostFacts = {
  hostname: 'web-1',
  os: 'Debian GNU/Linux 12 (bookworm)',
  architecture: 'x86_64',
  agentVersion: '0.1.0',
  addresses4: ['192.0.2.7'],
  addresses6: [],
  sshAddresses: ['192.0.2.7'],
  sshPort: 22,
  tunnelPorts: [22],
  sshdVersion: 'OpenSSH_9.2p1',
  hostKeys: [],
  delivery: 'command',
  lock: { kind: 'locked' },
  problems: [],
  abilities: ['sessions'],
}

/** Enrols a host that then has these tags, as a person and a host do. */
export async function enrolHost(
  plane: ControlPlane,
  tags: Readonly<Record<string, string>> = {},
): Promise<Host> {
  const { JoinToken } = await plane.root.done('CreateJoinToken', {
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  })
  return await joinHost(plane, JoinToken)
}

/** What a host does with a join token. */
export async function joinHost(plane: ControlPlane, joinToken: string): Promise<Host> {
  const key = generatePrivateKey()
  const answer = await postEnrolment(plane, enrolmentRequest(joinToken, key))
  if (answer.status !== 200) throw new Error(answer.text)
  return { instanceId: answer.body.instanceId, deployment: answer.body.deployment, key }
}

export function enrolmentRequest(joinToken: string, key: KeyObject, signedBy: KeyObject = key) {
  const secret = parseJoinToken(joinToken)?.secret ?? ''
  const agentKey = publicKeyText(key)
  const statement = encodeStatement(enrolmentProofStatement, {
    tokenHash: sha256Base64(secret),
    agentKey,
  })
  return { secret, agentKey, proof: signStatement(signedBy, statement), facts: FACTS }
}

export function postEnrolment(plane: ControlPlane, body: unknown): Promise<ApiResponse> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const headers = { 'content-type': 'application/json' }
  return exchange({ port: plane.port, method: 'POST', path: AGENT_ENROL_PATH, headers }, text)
}

/** Connects a host's agent; resolves at the server's welcome. */
export async function connectAgent(
  plane: ControlPlane,
  host: Host,
  behaviour: Behaviour = {},
): Promise<FakeAgent> {
  const agent = openLink(plane, host, behaviour)
  const { deployment, challenge } = await agent.hears('challenge')
  agent.say(hello(host, { deployment, challenge }, behaviour.facts))
  await agent.hears('welcome')
  return agent
}

export function hello(
  { instanceId, key }: Pick<Host, 'instanceId' | 'key'>,
  challenge: { readonly deployment: string; readonly challenge: string },
  facts: HostFacts = FACTS,
): AgentMessage {
  const proof = { ...challenge, instanceId, bootId: 'boot-1' }
  return {
    kind: 'hello',
    proof: signStatement(
      key,
      encodeStatement(linkProofStatement, {
        deployment: proof.deployment,
        instanceId,
        challenge: proof.challenge,
        bootId: proof.bootId,
      }),
    ),
    facts,
    linkNonce: LINK_NONCE,
  }
}

/** A link that says nothing by itself until it is asked. */
export function openLink(plane: ControlPlane, host: Host, behaviour: Behaviour = {}): FakeAgent {
  const { prepare = prepared, install = installed, tunnel = () => undefined, explain } = behaviour
  const { endSession = sessionEnded } = behaviour
  const { rules = ruled } = behaviour
  const socket = new WebSocket(
    `ws://127.0.0.1:${plane.port}${AGENT_LINK_PATH}`,
    AGENT_SUBPROTOCOL,
    {
      perMessageDeflate: false,
      ...(behaviour.headers && { headers: behaviour.headers }),
    },
  )
  const told: ServerMessage[] = []
  const waiting = new Set<(message: ServerMessage) => void>()
  const closed = new Promise<LinkEnd>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  socket.on('error', () => {})
  socket.on('message', (data: Buffer) => {
    const message = parseServerMessage(data.toString('utf8'))
    if (message === undefined) throw new Error(`the server said ${data.toString('utf8')}`)
    told.push(message)
    for (const heard of waiting) heard(message)
    void answer(message)
  })
  function replyTo(message: ServerMessage): Answer {
    switch (message.kind) {
      case 'prepare':
        return prepare(message)
      case 'install':
        return install(message, host)
      case 'tunnel':
        return tunnel(message, host)
      case 'explain':
        return explain?.(message)
      case 'end-session':
        return endSession(message)
      case 'rules':
        return rules(message, host)
      case 'examine':
        return behaviour.examine?.(message)
      case 'mend':
        return behaviour.mend?.(message, host)
      case 'rules-heard':
      case 'challenge':
      case 'welcome':
      case 'revoke':
      case 'signers':
      case 'stored':
        return undefined
    }
  }
  async function answer(message: ServerMessage) {
    const reply = await replyTo(message)
    if (reply !== undefined && socket.readyState === WebSocket.OPEN) say(reply)
  }
  const say = (message: AgentMessage) => socket.send(JSON.stringify(message))
  return {
    host,
    socket,
    told,
    say,
    get closed() {
      return inTime(closed)
    },
    grants: () => told.flatMap((message) => (message.kind === 'install' ? [grantOf(message)] : [])),
    hears<Kind extends ServerMessage['kind']>(kind: Kind) {
      return new Promise<Told<Kind>>((resolve, reject) => {
        const isIt = (message: ServerMessage): message is Told<Kind> => message.kind === kind
        const earlier = told.find(isIt)
        if (earlier !== undefined) return resolve(earlier)
        const listener = (message: ServerMessage) => {
          if (!isIt(message)) return
          waiting.delete(listener)
          resolve(message)
        }
        waiting.add(listener)
        void closed.then(({ code, reason }) =>
          reject(new Error(`closed with ${code} ${reason} before ${kind}`)),
        )
      })
    },
    async close() {
      socket.close()
      await closed
    },
  }
}

/** What the server says that the host is to follow. */
export function rulesOf({ rules }: Told<'rules'>): HostRules {
  const found = decodeStatement(hostRulesStatement, rules.statement)
  if (found === undefined) throw new Error('the server sent no rules')
  return found
}

export function ruled(message: Told<'rules'>): AgentMessage {
  const { revision } = rulesOf(message)
  return { kind: 'ruled', exchange: message.exchange, revision, says: 'In force.' }
}

async function inTime(closed: Promise<LinkEnd>): Promise<LinkEnd> {
  const waited = Promise.withResolvers<LinkEnd>()
  const timer = setTimeout(() => waited.resolve({ code: 0, reason: 'still open' }), 5000)
  return Promise.race([closed, waited.promise]).finally(() => clearTimeout(timer))
}

export function prepared({ exchange: id }: { readonly exchange: string }): AgentMessage {
  return { kind: 'prepared', exchange: id, nonce: 'ab'.repeat(16), uid: 1000 }
}

export function sessionEnded({ exchange: id }: { readonly exchange: string }): AgentMessage {
  return { kind: 'session-ending', exchange: id, ended: true, says: 'It was ended.' }
}

/** The honest answer to an install, or one that lies where it is told to. */
export function installed(
  message: Told<'install'>,
  host: Host,
  lies: Partial<Acknowledgement> = {},
  signedBy: KeyObject = host.key,
): AgentMessage {
  const statement = encodeStatement(acknowledgementStatement, {
    instanceId: host.instanceId,
    grantId: grantOf(message).grantId,
    grantHash: sha256Base64(message.grant.statement),
    deadline: 6000,
    bootId: 'boot-1',
    ...lies,
  })
  const acknowledgement = signStatement(signedBy, statement)
  return { kind: 'installed', exchange: message.exchange, acknowledgement }
}

export function grantOf(message: Told<'install'>): Grant {
  const grant = decodeStatement(grantStatement, message.grant.statement)
  if (grant === undefined) throw new Error('the server signed something that is no grant')
  return grant
}
