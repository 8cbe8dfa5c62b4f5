import { ruleLimitExceeded } from '@fleetkey/domain/exceptions/security-groups'
import { hostIngress } from '@fleetkey/domain/host-ingress'
import { MAX_HOST_RULES } from '@fleetkey/domain/ingress-rule'
import type { SecurityGroup } from '@fleetkey/domain/security-group'
import type { RulesTold } from '../../../agents/tell-rules.ts'
import type { World } from '../../operation.ts'

/** In an answer: what became of a change on each host, once the hosts that are there have it. */
export const shownHosts = (told: readonly RulesTold[]) => ({
  Hosts: told.map(({ instanceId, state, says }) => ({
    InstanceId: instanceId,
    State: state,
    Says: says,
  })),
})

/** Hosts of one record that do not follow a change; how many there are is told of all. */
const MAX_RECORDED = 32

interface Answer {
  readonly SecurityGroupRules?: readonly unknown[]
  readonly RevokedSecurityGroupRules?: readonly unknown[]
  readonly Fleetkey?: ReturnType<typeof shownHosts>
}

/** What the trail shows of such an answer: of thousands of hosts those that do not follow, and the numbers of all. */
export function recordedChange(answer: Answer): Readonly<Record<string, unknown>> {
  const { SecurityGroupRules, RevokedSecurityGroupRules, Fleetkey } = answer
  return {
    return: true,
    ...(SecurityGroupRules && { securityGroupRules: SecurityGroupRules }),
    ...(RevokedSecurityGroupRules && { revokedSecurityGroupRules: RevokedSecurityGroupRules }),
    ...(Fleetkey && recordedHosts(Fleetkey.Hosts)),
  }
}

function recordedHosts(hosts: NonNullable<Answer['Fleetkey']>['Hosts']) {
  return {
    hosts: Object.fromEntries(
      [...Map.groupBy(hosts, ({ State }) => State)].map(([state, list]) => [state, list.length]),
    ),
    notDone: hosts.filter(({ State }) => State !== 'done').slice(0, MAX_RECORDED),
  }
}

/** Tells all hosts whose instance has the group. Resolves once those that are connected have the new rules in force, or are late. */
export async function tellHostsOf(
  groupId: string,
  { store, hostRules }: Pick<World, 'store' | 'hostRules'>,
): Promise<ReturnType<typeof shownHosts>> {
  const attachments = await store.securityGroups.attachments()
  const theirs = attachments.filter(({ groupIds }) => groupIds.includes(groupId))
  return shownHosts(await hostRules.tellAll(theirs.map(({ instanceId }) => instanceId)))
}

/** Throws when a host could not be told of so much at once. */
export function refuseTooManyRules(
  groups: readonly Pick<SecurityGroup, 'tags' | 'rules'>[],
  { controlPlaneRanges }: Pick<World, 'controlPlaneRanges'>,
): void {
  const { length } = hostIngress(groups, controlPlaneRanges()).rules
  if (length <= MAX_HOST_RULES) return
  throw ruleLimitExceeded(
    `The groups of an instance say ${length} different things together, with the ranges of the control plane counted; a host takes ${MAX_HOST_RULES}.`,
  )
}
