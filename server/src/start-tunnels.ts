import type { Presence } from './agents/presence.ts'
import type { Bus } from './bus/bus.ts'
import type { ServerConfig } from './config.ts'
import { probeSsh, type ProbeSsh } from './probe/probe-ssh.ts'
import type { GrantSigner } from './secrets/grant-signer.ts'
import { createTunnelRecorder } from './trail/record-tunnels.ts'
import type { Trail } from './trail/trail.ts'
import { createDialBacks } from './tunnels/dial-backs.ts'
import { dialDirect, type DialDirect } from './tunnels/dial-direct.ts'
import { createRoutes } from './tunnels/routes.ts'
import { createTunnels } from './tunnels/tunnels.ts'

/** Tunnels, and the other way to a host's port: the probe of who answers there. Part of the composition root. */
export function startTunnels(parts: {
  readonly config: ServerConfig['tunnels']
  readonly trail: Trail
  readonly bus: Bus
  readonly presence: Presence
  readonly signer: GrantSigner
  readonly deployment: string
  /** An address that hosts see this control plane come from. */
  readonly addressSeen: (address: string) => void
  /** In place of connections of our own: for tests. */
  readonly dialDirect: DialDirect | undefined
  readonly probeSsh: ProbeSsh | undefined
  /** See createRoutes. */
  readonly agentWithinMs: number | undefined
  readonly now: () => number
  readonly elapsed: () => number
  readonly log: Parameters<typeof createTunnels>[0]['log']
}) {
  const { config, trail, bus, presence, signer, deployment, addressSeen } = parts
  const { agentWithinMs, now, elapsed, log } = parts
  const dial: DialDirect = async (target, options) => {
    const socket = await (parts.dialDirect ?? dialDirect)(target, options)
    addressSeen(socket.localAddress ?? '')
    return socket
  }
  const probe: ProbeSsh = async (target, options) => {
    const knock = await (parts.probeSsh ?? probeSsh)(target, options)
    if ('from' in knock) addressSeen(knock.from)
    return knock
  }
  const dialBacks = createDialBacks({ deployment })
  const tunnels = createTunnels({
    routes: createRoutes({
      presence,
      bus,
      signer,
      deployment,
      dialBacks,
      direct: config.direct,
      dial,
      agentWithinMs,
      now,
    }),
    recorder: createTunnelRecorder(trail),
    limits: {
      perNode: config.maxPerServer,
      perCaller: config.maxPerCaller,
      perInstance: config.maxPerInstance,
    },
    idleSeconds: config.idleSeconds,
    now: elapsed,
    log,
  })
  return { tunnels, dialBacks, probe: config.direct ? probe : undefined }
}
