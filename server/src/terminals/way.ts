import { MessageChannel } from 'node:worker_threads'
import {
  hostKeyChanged,
  hostUnreachable,
  sshFailed,
  sshLoginRefused,
} from '@fleetkey/domain/exceptions/terminals'
import type { Instance } from '@fleetkey/domain/instance'
import { siteOf } from '@fleetkey/domain/site'
import { isTunnelAddress } from '@fleetkey/domain/tunnel-target'
import type { TerminalRefusal, TerminalStep } from '@fleetkey/wire/terminal/server-frame'
import { socketEnd } from '@fleetkey/wire/tunnel/socket-end'
import { instanceLabel } from '../agents/deliver-grant.ts'
import type { EndpointStore } from '../store/endpoint-store.ts'
import type { ReadyTunnel } from '../tunnels/tunnels.ts'
import { BytePort } from './byte-port.ts'
import type { HostSession } from './host-session.ts'
import { AskRefused, type Person } from './person.ts'
import type { SshFailure } from './worker/messages.ts'

/** How long the host is given to say why it refused, in seconds. */
const REASON_WAIT = 2

/** What the way to a host depends on. */
export interface WayParts {
  /** Where its sshd is dialled from here; undefined: always through the agent. */
  readonly directAddress: (instance: Instance) => string | undefined
  readonly endpoints: Pick<EndpointStore, 'list'>
  /** The address of ours that a host sees. */
  readonly seen: (address: string) => void
}

/** The session, as far as it is asked for on the way. Resolves with what came of it. */
export interface Connecting {
  readonly session: HostSession
  /** Whether the host was reached, or why not. */
  reached(): Promise<{ readonly from: string | undefined } | { readonly says: string }>
  /** Rejects with an `SshRefused`. */
  letIn(): Promise<void>
}

/** What ssh made of it. */
export class SshRefused extends Error {
  readonly failure: SshFailure

  constructor(failure: SshFailure) {
    super(failure.says)
    this.failure = failure
  }
}

/**
 * From a pushed key to a login: directly to the host where its agent's link comes from it, else through a tunnel that the person may open.
 * Throws AskRefused, with all that the person is to know.
 */
export async function logIn(
  parts: WayParts,
  wish: {
    readonly person: Person
    readonly instance: Instance
    readonly osUser: string
    readonly grantRequestId: string
    readonly connecting: Connecting
    readonly step: (step: TerminalStep, says: string) => void
    readonly gone: AbortSignal
  },
): Promise<{ readonly route: 'direct' | 'agent' }> {
  const { instance, connecting, step, osUser } = wish
  if (instance.facts.hostKeys.length === 0) throw noHostKeys(instance)
  const route = (await directly(parts, wish)) ? 'direct' : await throughAgent(parts, wish)
  step('ssh', `checking the host's key, logging in as ${osUser}`)
  await orRefusal(connecting.letIn(), wish)
  return { route }
}

/** What ssh made of it as the person is to know it. */
export async function orRefusal(work: Promise<void>, wish: Refused): Promise<void> {
  try {
    await work
  } catch (error) {
    if (error instanceof SshRefused) throw await refusalOf(error.failure, wish)
    throw error
  }
}

type Refused = Pick<Wish, 'person' | 'instance' | 'osUser' | 'grantRequestId'>

type Wish = Parameters<typeof logIn>[1]

async function directly(parts: WayParts, wish: Wish): Promise<boolean> {
  const { instance, connecting, step, osUser, gone } = wish
  const { sshPort: port, hostKeys } = instance.facts
  const address = parts.directAddress(instance)
  if (address === undefined) return false
  step('reach', `${address} port ${port}`)
  connecting.session.connect({ way: { kind: 'dial', address, port }, osUser, hostKeys })
  const reached = await connecting.reached()
  gone.throwIfAborted()
  if ('says' in reached) {
    step('reach', `${address} port ${port} does not answer (${reached.says})`)
    return false
  }
  if (reached.from !== undefined) parts.seen(reached.from)
  return true
}

async function throughAgent(parts: WayParts, wish: Wish): Promise<'agent' | 'direct'> {
  const { instance, connecting, step, osUser, gone } = wish
  const { sshPort: port, addresses4, addresses6, hostKeys } = instance.facts
  const site = siteOf(instance.tags)
  const endpoint = (await parts.endpoints.list()).find((one) => one.site === site)
  const address = [...addresses4, ...addresses6].find(isTunnelAddress)
  if (endpoint === undefined || address === undefined) throw noWay(instance, site, address)
  const { endpointId } = endpoint
  step('reach', `by a tunnel on ${endpointId} to ${address} port ${port}`)
  const ready = await openTunnel({ endpointId, address, port }, wish)
  if (gone.aborted) {
    ready.abandon()
    gone.throwIfAborted()
  }
  const { port1, port2 } = new MessageChannel()
  ready.carry(socketEnd(new BytePort(port1), { peer: 'the terminal' }))
  connecting.session.connect({ way: { kind: 'carried', port: port2 }, osUser, hostKeys })
  await connecting.reached()
  return ready.route
}

async function openTunnel(
  to: { readonly endpointId: string; readonly address: string; readonly port: number },
  { person, instance, gone }: Wish,
): Promise<ReadyTunnel> {
  let ready: ReadyTunnel | undefined
  const input = {
    instanceConnectEndpointId: to.endpointId,
    privateIpAddress: to.address,
    remotePort: to.port,
    instanceId: instance.instanceId,
  }
  await person.ask('OpenTunnel', input, { gone, putDown: (put) => (ready = put) })
  if (ready === undefined) throw new Error('a tunnel that was not put down')
  return ready
}

/** Why sshd did not let in, in words for the person: what the host says of a refused login, else what ssh saw. */
async function refusalOf(failure: SshFailure, wish: Refused): Promise<AskRefused> {
  const { instance, osUser } = wish
  const label = instanceLabel(instance)
  switch (failure.kind) {
    case 'host-key':
      return refused(
        hostKeyChanged(
          `${label} does not show the host key that its agent reported, but ${failure.says}. Nothing was sent to it.`,
        ),
        {
          cause: 'host-key-changed',
          mend: 'If its keys were changed on purpose, restart its agent, which then reports the new ones. If not, somebody else may stand in its place: find out before you log in.',
        },
      )
    case 'denied':
      return refused(sshLoginRefused(osUser), await reasonOf(wish))
    case 'no-agreement':
      return refused(sshFailed(`sshd on ${label} and this server have no algorithm in common.`), {
        mend: 'sshd must offer AES-GCM (Ciphers aes128-gcm@openssh.com) and a key exchange of this century.',
      })
    case 'no-shell':
      return refused(sshFailed(`sshd on ${label} gives no shell: ${failure.says}`), {
        mend: 'Look for ForceCommand, PermitTTY and the shell of the account on the host.',
      })
    case 'misbehaved':
      return refused(sshFailed(`What answers on ${label} is no sshd: ${failure.says}`), {
        mend: 'See which program listens on that port of the host.',
      })
    case 'late':
    case 'lost': {
      const reason = await reasonOf(wish)
      // sshd cuts the connection of an account that has expired, among others.
      if (reason.cause !== undefined) return refused(sshLoginRefused(osUser), reason)
      const says = `The connection to sshd on ${label} did not last: ${failure.says}`
      return refused(hostUnreachable(says), reason)
    }
  }
}

type Reason = Omit<TerminalRefusal, 'code' | 'message'>

/** As its sshd, its helper or its agent tell it; asked as the person, who pushed the key. */
async function reasonOf({ person, grantRequestId, instance }: Refused): Promise<Reason> {
  const mend = `Ask the host what is wrong: fleetkey doctor ${instance.instanceId}`
  try {
    const { output } = await person.ask('GetGrant', { GrantId: grantRequestId, Wait: REASON_WAIT })
    return {
      requestId: grantRequestId,
      cause: textIn(output, 'Cause'),
      explanation: textIn(output, 'Says'),
      mend: textIn(output, 'Mend') ?? mend,
    }
  } catch (error) {
    // They may not ask: what there is to say then is that it was refused.
    if (error instanceof AskRefused) return { requestId: grantRequestId, mend }
    throw error
  }
}

const textIn = (output: Readonly<Record<string, unknown>>, name: string): string | undefined => {
  const value = output[name]
  return typeof value === 'string' ? value : undefined
}

export function refused(
  { code, message }: { readonly code: string; readonly message: string },
  more: Omit<TerminalRefusal, 'code' | 'message'> = {},
): AskRefused {
  return new AskRefused({ code, message, ...more })
}

const noHostKeys = (instance: Instance) =>
  refused(
    hostKeyChanged(
      `The agent on ${instanceLabel(instance)} has reported no host keys, so there is nothing to recognise the host by.`,
    ),
    {
      cause: 'host-key-unknown',
      mend: 'On the host, make host keys (ssh-keygen -A), start sshd and restart the agent.',
    },
  )

function noWay(instance: Instance, site: string, address: string | undefined): AskRefused {
  const label = instanceLabel(instance)
  const because =
    address === undefined
      ? 'it has reported no address that a tunnel may lead to'
      : `its site '${site}' has no endpoint to open a tunnel on`
  return refused(hostUnreachable(`${label} cannot be reached directly, and ${because}.`), {
    cause: 'no-way',
    mend: `Ask an administrator for an endpoint: fleetkey endpoints create --site ${site}`,
  })
}
