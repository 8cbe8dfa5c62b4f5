import { prefixListArn } from '@fleetkey/domain/arn'
import { ec2NotFound } from '@fleetkey/domain/exceptions/ec2'
import type { RuleSource } from '@fleetkey/domain/security-group'
import { sha256Hex } from '../../../secrets/digests.ts'
import type { World } from '../../operation.ts'
import { describeList } from '../describe.ts'

/** Sources of ours, as AWS's clients can write them: prefix lists of two names. */
export const PREFIX_LISTS = {
  'control-plane': 'fleetkey.control-plane',
  grant: 'fleetkey.grant',
} as const

export type ListedSource = keyof typeof PREFIX_LISTS

/** A digest: nothing is kept for it, and each deployment has its own. */
export const prefixListIdOf = (kind: ListedSource, { deployment }: Pick<World, 'deployment'>) =>
  `pl-${sha256Hex(`fleetkey-prefix-list-v1\n${deployment}\n${kind}`).slice(0, 17)}`

/** By its id or, where somebody writes by hand, its name. Throws InvalidPrefixListId.NotFound. */
export function sourceOfPrefixList(
  text: string,
  world: Pick<World, 'deployment'>,
): Extract<RuleSource, { kind: ListedSource }> {
  const kind = KINDS.find(
    (one) => text === prefixListIdOf(one, world) || text === PREFIX_LISTS[one],
  )
  if (kind === undefined) throw ec2NotFound('prefixList', text)
  return { kind }
}

const KINDS: readonly ListedSource[] = ['control-plane', 'grant']

interface Row {
  readonly kind: ListedSource
  readonly id: string
  readonly name: string
  readonly world: World
}

const rows = (world: World): readonly Row[] =>
  KINDS.map((kind) => ({ kind, id: prefixListIdOf(kind, world), name: PREFIX_LISTS[kind], world }))

const named = [
  {
    member: 'PrefixListIds',
    of: ({ id }: Row) => id,
    notFound: (id: string) => ec2NotFound('prefixList', id),
  },
]
const byIdAndName = {
  'prefix-list-id': ({ id }: Row) => [id],
  'prefix-list-name': ({ name }: Row) => [name],
}

/** EC2 API reference, "DescribeManagedPrefixLists". */
export const describeManagedPrefixLists = describeList<Row>({
  name: 'DescribeManagedPrefixLists',
  answer: 'PrefixLists',
  rows,
  keyOf: ({ name }) => name,
  paged: true,
  named,
  filterable: {
    names: { ...byIdAndName, 'owner-id': ({ world }) => [world.realm.accountId] },
    tags: () => ({}),
  },
  show: ({ id, name, kind }, world) => ({
    PrefixListId: id,
    // Either family: EC2 has no word for both.
    AddressFamily: 'IPv4',
    State: 'create-complete',
    PrefixListArn: prefixListArn(world.realm, id),
    PrefixListName: name,
    MaxEntries: Math.max(1, cidrsOf(kind, world).length),
    Version: 1,
    Tags: [],
    OwnerId: world.realm.accountId,
  }),
})

/** EC2 API reference, "DescribePrefixLists". */
export const describePrefixLists = describeList<Row>({
  name: 'DescribePrefixLists',
  answer: 'PrefixLists',
  rows,
  keyOf: ({ name }) => name,
  paged: true,
  named,
  filterable: { names: byIdAndName },
  show: ({ id, name, kind }, world) => ({
    PrefixListId: id,
    PrefixListName: name,
    Cidrs: cidrsOf(kind, world),
  }),
})

/** Whom a grant lets in is known when one is pushed. */
const cidrsOf = (kind: ListedSource, { controlPlaneRanges }: World): readonly string[] =>
  kind === 'grant' ? [] : controlPlaneRanges().map(({ text }) => text)
