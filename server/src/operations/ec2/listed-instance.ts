import type { OutputStructure } from '@fleetkey/wire/aws/output'
import { address6, privateAddress4, publicAddress4 } from './addresses.ts'
import type { InventoryItem } from './inventory.ts'
import { shownGroups, shownLink, shownTransition } from './shown-instance.ts'
import { shownTags } from './shown-tags.ts'

/** What a list of thousands shows of one and filters by: the members of `shownInstance` that say it, a third of their length. */
export function listedInstance(item: InventoryItem): OutputStructure {
  const { instanceId, tags, site, state, launchedAt, launch, host } = item
  const facts = host?.facts
  return {
    InstanceId: instanceId,
    ImageId: launch.imageId,
    InstanceType: launch.instanceType,
    State: { Name: state },
    ...shownTransition(item),
    LaunchTime: new Date(launchedAt),
    VpcId: site.vpcId,
    SubnetId: site.subnetId,
    PrivateIpAddress: facts && privateAddress4(facts),
    PublicIpAddress: facts && publicAddress4(facts),
    Ipv6Address: facts && address6(facts),
    SecurityGroups: shownGroups(item),
    Tags: shownTags(tags),
    Fleetkey: host && {
      Hostname: host.facts.hostname,
      Os: host.facts.os,
      Architecture: host.facts.architecture,
      AgentVersion: host.facts.agentVersion,
      Addresses4: host.facts.addresses4,
      Addresses6: host.facts.addresses6,
      SshPort: host.facts.sshPort,
      SshdVersion: host.facts.sshdVersion,
      Delivery: host.facts.delivery,
      Lock: { ...host.facts.lock },
      Problems: host.facts.problems,
      Link: shownLink(host.link),
    },
  }
}
