import { endpointArn } from '@fleetkey/domain/arn'
import { endpointNotFound } from '@fleetkey/domain/exceptions/ec2'
import { instanceNotFound } from '@fleetkey/domain/exceptions/instances'
import { invalidTunnelParameter, tunnelTargetNotFound } from '@fleetkey/domain/exceptions/tunnels'
import { INSTANCE_ID_PATTERN, type Instance } from '@fleetkey/domain/instance'
import { principalName } from '@fleetkey/domain/principal'
import { siteOf } from '@fleetkey/domain/site'
import { closedPart, isTunnelAddress, type TunnelTarget } from '@fleetkey/domain/tunnel-target'
import { validate } from '@fleetkey/wire/aws/validation'
import { MAX_TUNNEL_SECONDS } from '@fleetkey/wire/tunnel/protocol'
import type { EndpointRow } from '../store/endpoint-store.ts'
import { instanceFacts } from '../trail/instance-facts.ts'
import { userIdentity } from '../trail/user-identity.ts'
import { whoseAddress } from '../tunnels/whose-address.ts'
import { operation, type Asker, type Call, type Resource } from './operation.ts'

interface Input {
  readonly endpointId: string
  readonly target: TunnelTarget
  /** Undefined: the longest that policy allows. */
  readonly seconds: number | undefined
  /** Ours: decides where several instances have the address. */
  readonly instanceId: string | undefined
}

interface Prepared {
  readonly instance: Instance
  readonly seconds: number
}

/** EC2's shape of ids. */
const ENDPOINT_ID_PATTERN = /^eice-[0-9a-f]{17}$/

/** What is tried when the request does not say: a day first, AWS's own default last. */
const USUAL_SECONDS = [24, 12, 8, 4, 1].map((hours) => hours * 3600)

const DURATION_KEY = 'ec2-instance-connect:maxTunnelDuration'

/**
 * Opens a tunnel to a port of an instance, as `aws ec2-instance-connect open-tunnel` does. Asked by its own door only (http/tunnel-door.ts),
 * with a presigned URL. By the time it answers, the other end is connected.
 */
export const openTunnel = operation<Input, Prepared>({
  name: 'OpenTunnel',
  service: 'ec2-instance-connect',
  action: 'ec2-instance-connect:OpenTunnel',
  access: 'write',
  byOwnDoor: true,
  // CloudTrail has no response elements for it.
  answersSecret: true,

  parse(fields) {
    const v = validate(fields)
    const endpointId = v.requiredString('instanceConnectEndpointId', {
      max: 32,
      pattern: ENDPOINT_ID_PATTERN,
    })
    const port = v.requiredInteger('remotePort', { min: 1, max: 65_535 })
    const address = v.requiredString('privateIpAddress', { min: 2, max: 64 })
    const seconds = v.optionalInteger('maxTunnelDuration', { min: 1, max: MAX_TUNNEL_SECONDS })
    const instanceId = v.optionalString('instanceId', { max: 32, pattern: INSTANCE_ID_PATTERN })
    v.finish(invalidTunnelParameter)
    if (!isTunnelAddress(address)) {
      throw invalidTunnelParameter(
        'The specified privateIpAddress is not valid. Specify an IPv4 or IPv6 address of an instance as DescribeInstances shows it; tunnels lead to no loopback, link-local, metadata, multicast or translated address.',
      )
    }
    return { endpointId, target: { address, port }, seconds, instanceId }
  },

  async resources(input, asker) {
    const { realm, store } = asker
    const endpoint = await store.endpoints.get(input.endpointId)
    const resource = {
      arn: endpointArn(realm, input.endpointId),
      ...(endpoint && { tags: endpoint.tags }),
    }
    const seconds = input.seconds ?? longestAllowed(resource, input, asker)
    const [instance] = endpoint === undefined ? [] : await candidates(input, endpoint, asker)
    return [
      {
        ...resource,
        context: { [DURATION_KEY]: String(seconds) },
        recorded: {
          ...(instance && { instanceId: instance.instanceId }),
          facts: { maxTunnelDuration: seconds, ...(instance && instanceFacts(instance)) },
        },
      },
    ]
  },

  context: ({ target }) => contextOf(target),

  trail: ({ endpointId, target, seconds, instanceId }) => ({
    // As CloudTrail has them: all of them text.
    requestParameters: {
      instanceConnectEndpointId: endpointId,
      ...(seconds === undefined ? {} : { maxTunnelDuration: String(seconds) }),
      remotePort: String(target.port),
      privateIpAddress: target.address,
      ...(instanceId === undefined ? {} : { instanceId }),
    },
    ...(instanceId === undefined ? {} : { instanceId, facts: { instanceId } }),
  }),

  async prepare(input, call, [resource]) {
    const endpoint = await call.store.endpoints.get(input.endpointId)
    if (endpoint === undefined) throw endpointNotFound(input.endpointId)
    refuseOtherFamily(input, endpoint)
    const instance = theOne(await candidates(input, endpoint, call), input, endpoint)
    if (closedPart(input.target, instance.facts) !== undefined) {
      throw closedPort(input.target, instance)
    }
    return { instance, seconds: Number(resource?.context?.[DURATION_KEY]) }
  },

  async run(input, call, { instance, seconds }) {
    const { endpointId, target } = input
    const { tunnels, realm, caller, principalArn, requestId, origin, intent } = call
    if (intent === undefined) throw new Error('a tunnel without an intent')
    const { doorstep } = origin
    if (doorstep === undefined) throw new Error('a tunnel that nobody waits for')
    const ready = await tunnels.open({
      endpointId,
      instance,
      target,
      seconds,
      principalArn,
      requestId,
      intent,
      gone: doorstep.gone,
      opener: {
        identity: userIdentity(caller, realm),
        userName: principalName(caller.principal),
        sourceAddress: origin.sourceAddress,
        userAgent: origin.userAgent,
        resourceArns: [endpointArn(realm, endpointId)],
        facts: instanceFacts(instance),
      },
    })
    try {
      // The host may have drawn it out for seconds. What is taken away from here on ends the tunnel itself (Tunnels.endThoseOf).
      await call.stillAllowed()
      await refuseUnlessThere(input, instance, call)
    } catch (error) {
      ready.abandon()
      throw error
    }
    doorstep.putDown(ready)
    return {}
  },
})

/** Those at the endpoint's site that the address may be of, the one that was named if one was. */
async function candidates(
  { target, instanceId }: Input,
  { site }: EndpointRow,
  { store, presence }: Pick<Asker, 'store' | 'presence'>,
): Promise<readonly Instance[]> {
  const there = (await store.instances.atAddress(target.address)).filter(
    (instance) =>
      siteOf(instance.tags) === site &&
      (instanceId === undefined || instance.instanceId === instanceId),
  )
  return whoseAddress(target.address, there, presence)
}

/** Of what was found before the target was dialled, all must still be so. */
async function refuseUnlessThere(
  input: Input,
  { instanceId }: Instance,
  { store }: Pick<Call, 'store'>,
): Promise<void> {
  const endpoint = await store.endpoints.get(input.endpointId)
  if (endpoint === undefined) throw endpointNotFound(input.endpointId)
  refuseOtherFamily(input, endpoint)
  const instance = await store.instances.get(instanceId)
  if (instance === undefined || siteOf(instance.tags) !== endpoint.site) {
    throw notAtSite(input, endpoint)
  }
}

function theOne(found: readonly Instance[], input: Input, endpoint: EndpointRow) {
  const [instance, ...others] = found
  if (instance === undefined) {
    throw input.instanceId === undefined
      ? notAtSite(input, endpoint)
      : instanceNotFound(input.instanceId)
  }
  if (others.length > 0) {
    throw invalidTunnelParameter(
      `${found.length} instances at site '${endpoint.site}' have the address ${input.target.address}: ${found.map(({ instanceId }) => instanceId).join(', ')}. Say which one is meant with instanceId.`,
    )
  }
  return instance
}

const notAtSite = ({ target }: Input, { endpointId, site }: EndpointRow) =>
  tunnelTargetNotFound(
    `No instance at site '${site}' (endpoint ${endpointId}) has the address ${target.address}. Run "fleetkey instances" to see those that are there and their addresses.`,
  )

/** Its administrator says to which family of addresses an endpoint leads. */
function refuseOtherFamily({ target }: Input, { endpointId, ipAddressType }: EndpointRow): void {
  const family = target.address.includes(':') ? 'ipv6' : 'ipv4'
  if (ipAddressType === 'dualstack' || ipAddressType === family) return
  throw invalidTunnelParameter(
    `The endpoint ${endpointId} leads to ${ipAddressType} addresses only (its IpAddressType), and ${target.address} is none.`,
  )
}

function closedPort({ port }: TunnelTarget, { instanceId, facts }: Instance) {
  const { tunnelPorts } = facts
  return invalidTunnelParameter(
    tunnelPorts.length === 0
      ? `The agent on ${instanceId} opens no tunnels: its setting tunnelPorts is empty, or it is of a version without them.`
      : `The specified remotePort ${port} is not valid for ${instanceId}. Tunnels there lead to port ${tunnelPorts.join(', ')} (setting tunnelPorts of its agent).`,
  )
}

const contextOf = ({ address, port }: TunnelTarget) => ({
  'ec2-instance-connect:remotePort': String(port),
  'ec2-instance-connect:privateIpAddress': address,
})

/** Where none is allowed, AWS's default stands for them in the refusal. */
function longestAllowed(resource: Resource, { target }: Input, asker: Asker): number {
  const allowed = USUAL_SECONDS.find((seconds) =>
    asker.isAllowed(['ec2-instance-connect:OpenTunnel'], resource, {
      ...contextOf(target),
      [DURATION_KEY]: String(seconds),
    }),
  )
  return allowed ?? 3600
}
