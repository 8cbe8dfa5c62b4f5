import { SITE_TAG, DEFAULT_SITE } from '@fleetkey/domain/site'
import { MAX_GROUPS_PER_INSTANCE } from '@fleetkey/domain/security-group'
import { draftsProblem, type TagDraft } from '../../../ui/tag-changes.ts'
import { rangeProblem, type RuleSource } from '../../security-groups/rule-draft.ts'
import { originOf, serverProblem } from './join-command.ts'

/** What a person says of the instance that a host is to become. */
export interface WantedInstance {
  readonly name: string
  readonly tags: readonly TagDraft[]
  readonly site: string
  readonly groups: WantedGroups
  /** How long the token can be used, in seconds. */
  readonly lifeSeconds: number
  /** The control plane, as the host reaches it. */
  readonly server: string
}

/** Who may open a connection to it. */
export type WantedGroups =
  /** The default one of its site: firewalls decide. */
  | { readonly kind: 'none' }
  | { readonly kind: 'existing'; readonly groupIds: readonly string[] }
  /** One that is made for it, which lets SSH in from there. */
  | { readonly kind: 'new'; readonly source: RuleSource; readonly isEnforced: boolean }

/** A join token lives an hour at most (docs/operate/hosts.md). */
export const LIVES: readonly { readonly seconds: number; readonly text: string }[] = [
  { seconds: 300, text: '5 minutes' },
  { seconds: 900, text: '15 minutes' },
  { seconds: 1800, text: '30 minutes' },
  { seconds: 3600, text: '1 hour' },
]

/** All of its tags: name and site are tags, too. */
function allTags({ name, tags, site }: WantedInstance): readonly TagDraft[] {
  return [
    ...(name === '' ? [] : [{ key: 'Name', value: name }]),
    ...(site === '' || site === DEFAULT_SITE ? [] : [{ key: SITE_TAG, value: site }]),
    ...tags,
  ]
}

/** Why no token can be made for it; undefined when one can. */
export function wantedProblem(wanted: WantedInstance): string | undefined {
  return (
    draftsProblem(allTags(wanted)) ?? serverProblem(wanted.server) ?? groupsProblem(wanted.groups)
  )
}

export function groupsProblem(groups: WantedGroups): string | undefined {
  switch (groups.kind) {
    case 'none':
      return undefined
    case 'existing':
      return groups.groupIds.length > MAX_GROUPS_PER_INSTANCE
        ? `An instance has up to ${MAX_GROUPS_PER_INSTANCE} groups.`
        : undefined
    case 'new':
      return rangeProblem(groups.source)
  }
}

/** What CreateJoinToken is asked for. */
export function tokenRequest(wanted: WantedInstance): object {
  return {
    Tags: allTags(wanted).map(({ key, value }) => ({ Key: key, Value: value })),
    ExpiresInSeconds: wanted.lifeSeconds,
  }
}

export const serverOf = ({ server }: WantedInstance): string => originOf(server)
