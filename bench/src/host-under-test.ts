import { startControlPlane, type ControlPlane } from '@fleetkey/fleet/control-plane'
import { startEnrolledHost, type EnrolledHost } from '@fleetkey/fleet/enrolled-host'
import type { Host } from '@fleetkey/fleet/host'
import { openHostNetwork } from '@fleetkey/fleet/host-network'
import type { Run } from './question.ts'

export const OS_USER = 'deploy'
export const HOST_NAME = 'web-1'

/** A control plane and one host that joined it, with a stock sshd and a running agent. */
export interface HostUnderTest {
  readonly host: Host
  readonly instanceId: string
  readonly agent: EnrolledHost
  readonly plane: ControlPlane
  stop(): Promise<void>
}

/**
 * @param options.settings of the control plane's configuration file
 * @param options.environment of the control plane
 * @param options.moreUsers of the host
 */
export async function startHostUnderTest(
  run: Run,
  options: {
    readonly settings?: object
    readonly environment?: Readonly<Record<string, string>>
    readonly moreUsers?: readonly string[]
  } = {},
): Promise<HostUnderTest> {
  const { moreUsers = [], ...others } = options
  run.say('starting a control plane and a host')
  const network = await openHostNetwork({ stateDir: `${run.dir}/hosts`, label: 'fleetkey bench' })
  let plane: ControlPlane | undefined
  const stop = async () => {
    await plane?.stop()
    await network.close()
  }
  try {
    plane = await startControlPlane({
      dir: `${run.dir}/server`,
      address: network.address4,
      ...others,
    })
    const spec = { name: HOST_NAME, users: [OS_USER, ...moreUsers] }
    const agent = await startEnrolledHost(network, plane, spec)
    return { host: agent.host, instanceId: agent.instanceId, agent, plane, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
