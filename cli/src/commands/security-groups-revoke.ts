import type { Command } from 'commander'
import { REVOKE_SECURITY_GROUP_INGRESS } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, severalTimes, withListingFlags } from '../command.ts'
import { usageFailure } from '../failure.ts'
import type { Screen } from '../screen.ts'
import { findSecurityGroup } from '../security-group/find-security-group.ts'
import { printChange, readChange } from '../security-group/hosts-told.ts'
import { permissionsOf, withRuleFlags, type RuleFlags } from '../security-group/rule-flags.ts'

interface RevokeFlags extends RuleFlags {
  readonly rule: readonly string[]
}

/** `fleetkey security-groups revoke` */
export function revokeCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'revoke', {
    summary:
      'Let less in. No host that is connected takes a new connection by these rules when this has returned.',
    examples: [
      'fleetkey security-groups revoke office --from 192.0.2.0/24',
      'fleetkey security-groups revoke office --rule sgr-0123456789abcdef0',
    ],
  })
  return withRuleFlags(withListingFlags(command))
    .argument('<group>', 'id or name')
    .option('--rule <id>', 'by its id, instead of --from; may be repeated', severalTimes, [])
    .action(async (meant: string, flags: RevokeFlags) => {
      if ((flags.from.length === 0) === (flags.rule.length === 0)) {
        throw usageFailure('Which rules is not said.', 'Give --from, or --rule with an id.')
      }
      const { name, change } = await withApi(screen, flags, async (api) => {
        const asked =
          flags.rule.length > 0
            ? { SecurityGroupRuleIds: flags.rule }
            : { IpPermissions: await permissionsOf(flags, api) }
        const group = await findSecurityGroup(api, meant)
        const answer = await api.call(REVOKE_SECURITY_GROUP_INGRESS, {
          GroupId: group.groupId,
          ...asked,
        })
        return { name: group.name, change: readChange(answer) }
      })
      const done = `${name} lets in ${[...flags.from, ...flags.rule].join(', ')} no more.`
      printChange(screen, flags.output, { done, change })
    })
}
