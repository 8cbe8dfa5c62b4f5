import { endpointArn } from '@fleetkey/domain/arn'
import type { Finding } from '@fleetkey/domain/finding'
import type { Instance } from '@fleetkey/domain/instance'
import { siteOf } from '@fleetkey/domain/site'
import { isTunnelAddress } from '@fleetkey/domain/tunnel-target'
import type { EndpointRow } from '../../store/endpoint-store.ts'
import type { Call } from '../operation.ts'
import { found } from './found.ts'
import type { DiagnosisInput } from './login-question.ts'

const CHECK = 'tunnel'

/** Whether a tunnel leads to the host's sshd, as OpenTunnel would decide. None is opened. */
export async function findTunnel(
  { as }: Pick<DiagnosisInput, 'as'>,
  instance: Instance,
  call: Call,
): Promise<readonly Finding[]> {
  const site = siteOf(instance.tags)
  const endpoint = (await call.store.endpoints.list()).find((row) => row.site === site)
  if (endpoint === undefined) {
    return [
      found(CHECK, 'bad', `No tunnel leads there: the site "${site}" has no endpoint.`, {
        mend: {
          says: 'Have an administrator make one.',
          commands: [`fleetkey endpoints create --site ${quoted(site)}`],
        },
      }),
    ]
  }
  return [
    judgeTunnel(instance, {
      endpoint,
      link: call.presence.linkOf(instance.instanceId),
      // Of somebody else only the moment would tell: their address, a second factor.
      mayOpen: as !== undefined || mayOpen(endpoint, instance, call),
    }),
  ]
}

export function judgeTunnel(
  { facts }: Pick<Instance, 'facts'>,
  seen: {
    readonly endpoint: EndpointRow
    readonly link: { readonly linkNonce: string | undefined } | undefined
    readonly mayOpen: boolean
  },
): Finding {
  const { endpoint, link, mayOpen: may } = seen
  const { endpointId, site, ipAddressType } = endpoint
  const bad = (says: string, mend: string) => found(CHECK, 'bad', says, { mend: { says: mend } })
  if (link === undefined) {
    return bad(
      'No tunnel leads there: its agent, which carries them, is not connected.',
      'Start the agent on the host.',
    )
  }
  if (link.linkNonce === undefined) {
    return bad('Its agent is of a version that opens no tunnels.', 'Update it.')
  }
  if (!facts.tunnelPorts.includes(facts.sshPort)) {
    return bad(
      facts.tunnelPorts.length === 0
        ? 'The administrator of the host allows no tunnels (setting tunnelPorts of its agent).'
        : `Tunnels to this host lead to port ${facts.tunnelPorts.join(', ')} only, and sshd is at ${facts.sshPort} (setting tunnelPorts of its agent).`,
      "Add the port to tunnelPorts in the host's /etc/fleetkey/agent.json.",
    )
  }
  const addresses = [...facts.addresses4, ...facts.addresses6].filter(isTunnelAddress)
  if (!addresses.some((address) => fits(address, ipAddressType))) {
    return bad(
      `The endpoint ${endpointId} leads to ${ipAddressType} addresses only, and the host has none.`,
      `Give the endpoint another address type: fleetkey endpoints modify ${endpointId} --address-type dualstack`,
    )
  }
  if (!may) {
    return bad(
      `You may not open tunnels at ${endpointId} (ec2-instance-connect:OpenTunnel).`,
      'Ask an administrator for the right.',
    )
  }
  return found(
    CHECK,
    'good',
    `Tunnels lead there, by the endpoint ${endpointId} of the site "${site}".`,
  )
}

const fits = (address: string, type: EndpointRow['ipAddressType']) =>
  type === 'dualstack' || (type === 'ipv6') === address.includes(':')

function mayOpen(endpoint: EndpointRow, { facts }: Instance, call: Call): boolean {
  const resource = { arn: endpointArn(call.realm, endpoint.endpointId), tags: endpoint.tags }
  const [address = ''] = [...facts.addresses4, ...facts.addresses6].filter(isTunnelAddress)
  return call.isAllowed(['ec2-instance-connect:OpenTunnel'], resource, {
    'ec2-instance-connect:remotePort': String(facts.sshPort),
    'ec2-instance-connect:privateIpAddress': address,
    'ec2-instance-connect:maxTunnelDuration': '3600',
  })
}

/** A site's name is a tag: it may hold blanks. */
const quoted = (text: string) =>
  /^[\w.:/=+@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
