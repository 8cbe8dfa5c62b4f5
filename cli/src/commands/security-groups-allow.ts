import type { Command } from 'commander'
import { AUTHORIZE_SECURITY_GROUP_INGRESS } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags } from '../command.ts'
import { usageFailure } from '../failure.ts'
import type { Screen } from '../screen.ts'
import { findSecurityGroup } from '../security-group/find-security-group.ts'
import { printChange, readChange } from '../security-group/hosts-told.ts'
import { permissionsOf, withRuleFlags, type RuleFlags } from '../security-group/rule-flags.ts'

/** `fleetkey security-groups allow` */
export function allowCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'allow', {
    summary: 'Let more in. Hosts that are connected have it in force when this returns.',
    examples: [
      'fleetkey security-groups allow office --from 192.0.2.0/24 --from 2001:db8::/32',
      'fleetkey security-groups allow office --from fleetkey --description "tunnels of the control plane"',
      'fleetkey security-groups allow jit --from grant',
    ],
  })
  return withRuleFlags(withListingFlags(command))
    .argument('<group>', 'id or name')
    .option('--description <text>', 'what the rule is for')
    .action(async (meant: string, flags: RuleFlags) => {
      if (flags.from.length === 0) {
        throw usageFailure('From where is not said.', 'Add --from 192.0.2.0/24, fleetkey or grant.')
      }
      const { name, change } = await withApi(screen, flags, async (api) => {
        const permissions = await permissionsOf(flags, api)
        const group = await findSecurityGroup(api, meant)
        const asked = { GroupId: group.groupId, IpPermissions: permissions }
        const answer = await api.call(AUTHORIZE_SECURITY_GROUP_INGRESS, asked)
        return { name: group.name, change: readChange(answer) }
      })
      const done = `${name} lets in ${flags.from.join(', ')}.`
      printChange(screen, flags.output, { done, change })
    })
}
