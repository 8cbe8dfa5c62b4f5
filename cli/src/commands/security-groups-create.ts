import { DEFAULT_SITE } from '@fleetkey/domain/site'
import { MODE_TAG } from '@fleetkey/domain/security-group'
import { Option, type Command } from 'commander'
import { textOf } from '../api/answer.ts'
import { CREATE_SECURITY_GROUP } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, severalTimes, withListingFlags, type ListingFlags } from '../command.ts'
import { Failure } from '../failure.ts'
import type { Screen } from '../screen.ts'
import { findSecurityGroup } from '../security-group/find-security-group.ts'
import { listSecurityGroups } from '../security-group/list-security-groups.ts'
import { parseTag } from './instances-tag.ts'
import { showGroup } from './security-groups-show.ts'

export const MODES = ['observe', 'enforce'] as const

interface CreateFlags extends ListingFlags {
  readonly description?: string
  readonly site: string
  readonly mode: string
  readonly tag: readonly string[]
}

/** `fleetkey security-groups create` */
export function createCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'create', {
    summary: 'Make a security group without rules.',
    examples: [
      'fleetkey security-groups create office --description "who sits in Berlin"',
      'fleetkey security-groups create jit --site berlin --mode enforce --tag Team=ops',
    ],
  })
  const mode = new Option('--mode <mode>', 'whether it only says what it would cut, or cuts it')
  return withListingFlags(command)
    .argument('<name>', 'one of its kind in the site')
    .option('--description <text>', 'what it is for; default: its name')
    .option('--site <name>', 'whose hosts it is for', DEFAULT_SITE)
    .addOption(mode.choices(MODES).default('observe'))
    .option('--tag <key=value>', 'tag of the group; may be repeated', severalTimes, [])
    .action(async (name: string, flags: CreateFlags) => {
      const tags = [
        ...flags.tag.map(parseTag),
        ...(flags.mode === 'enforce' ? [{ Key: MODE_TAG, Value: flags.mode }] : []),
      ]
      const made = await withApi(screen, flags, async (api) => {
        const site = (await listSecurityGroups(api)).find((one) => one.site === flags.site)
        if (site === undefined) {
          throw new Failure('notFound', `There is no site "${flags.site}".`, {
            why: ['a site is there once a host or an endpoint is in it'],
            todo: ['See what there is with: fleetkey security-groups'],
          })
        }
        const answer = await api.call(CREATE_SECURITY_GROUP, {
          GroupName: name,
          Description: flags.description ?? name,
          VpcId: site.vpcId,
          ...(tags.length > 0 && {
            TagSpecifications: [{ ResourceType: 'security-group', Tags: tags }],
          }),
        })
        return findSecurityGroup(api, textOf(answer, 'GroupId'))
      })
      showGroup(screen, flags.output, made)
    })
}
