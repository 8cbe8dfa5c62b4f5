import { formatMoment } from '../../ui/moment-text.ts'
import type { ListedInstance } from './listed-instance.ts'

/** One thing that is known of an instance: it can be a column, be filtered by, sorted by and exported. */
export interface InstanceField {
  /** In URLs and in what is kept: never to be changed. */
  readonly id: string
  readonly label: string
  /** All values that it has; none where it is not known. */
  readonly texts: (instance: ListedInstance) => readonly string[]
  /** `choice`: few different values, offered to be ticked. `version`: can be less or greater. */
  readonly kind: 'text' | 'choice' | 'version'
  /** By what it is sorted, where that is not its first text. */
  readonly order?: (instance: ListedInstance) => number | undefined
}

const one = (text: string | undefined): readonly string[] =>
  text === undefined || text === '' ? [] : [text]

/** All but tags, which are a field each: see {@link fieldOf}. */
export const FIELDS: readonly InstanceField[] = [
  { id: 'name', label: 'Name', kind: 'text', texts: ({ name }) => one(name) },
  { id: 'id', label: 'Instance ID', kind: 'text', texts: ({ instanceId }) => [instanceId] },
  { id: 'state', label: 'Instance state', kind: 'choice', texts: ({ state }) => [state] },
  { id: 'status', label: 'Status check', kind: 'choice', texts: (each) => one(statusOf(each)) },
  { id: 'address', label: 'Address', kind: 'text', texts: addressesOf },
  {
    id: 'private-address',
    label: 'Private IPv4 address',
    kind: 'text',
    texts: ({ privateAddress4 }) => one(privateAddress4),
  },
  {
    id: 'public-address',
    label: 'Public IPv4 address',
    kind: 'text',
    texts: ({ publicAddress4 }) => one(publicAddress4),
  },
  {
    id: 'address6',
    label: 'IPv6 address',
    kind: 'text',
    texts: ({ address6 }) => one(address6),
  },
  { id: 'os', label: 'Operating system', kind: 'choice', texts: ({ facts }) => one(facts?.os) },
  {
    id: 'agent-version',
    label: 'Agent version',
    kind: 'version',
    texts: ({ facts }) => one(facts?.agentVersion),
  },
  { id: 'lock', label: 'Lock', kind: 'choice', texts: ({ facts }) => one(facts?.lock.kind) },
  { id: 'site', label: 'Site', kind: 'choice', texts: ({ site }) => [site] },
  {
    id: 'group',
    label: 'Security group',
    kind: 'choice',
    texts: ({ groups }) => groups.map(({ name }) => name),
  },
  { id: 'hostname', label: 'Host name', kind: 'text', texts: ({ facts }) => one(facts?.hostname) },
  {
    id: 'architecture',
    label: 'Architecture',
    kind: 'choice',
    texts: ({ facts }) => one(facts?.architecture),
  },
  { id: 'sshd', label: 'sshd', kind: 'choice', texts: ({ facts }) => one(facts?.sshdVersion) },
  {
    id: 'ssh-port',
    label: 'SSH port',
    kind: 'choice',
    texts: ({ facts }) => (facts === undefined ? [] : [String(facts.sshPort)]),
  },
  {
    id: 'delivery',
    label: 'Delivery of keys',
    kind: 'choice',
    texts: ({ facts }) => one(facts?.delivery),
  },
  {
    id: 'type',
    label: 'Instance type',
    kind: 'choice',
    texts: ({ instanceType }) => [instanceType],
  },
  { id: 'image', label: 'Image', kind: 'choice', texts: ({ imageId }) => one(imageId) },
  {
    id: 'since',
    label: 'Agent link since',
    kind: 'text',
    texts: ({ link }) => one(formatMoment(link?.since)),
    order: ({ link }) => link?.since,
  },
  {
    id: 'launched',
    label: 'Launch time',
    kind: 'text',
    texts: ({ launchedAt }) => one(formatMoment(launchedAt)),
    order: ({ launchedAt }) => launchedAt,
  },
]

const BY_ID: ReadonlyMap<string, InstanceField> = new Map(FIELDS.map((field) => [field.id, field]))

const TAG = 'tag:'

/** A field by its id; any `tag:KEY` is one. */
export function fieldOf(id: string): InstanceField | undefined {
  if (!isTagField(id)) return BY_ID.get(id)
  const key = id.slice(TAG.length)
  if (key === '') return undefined
  return {
    id,
    label: `Tag ${key}`,
    kind: 'text',
    texts: ({ tags }) => (tags.has(key) ? [tags.get(key) ?? ''] : []),
  }
}

export const tagFieldId = (key: string): string => `${TAG}${key}`

export const isTagField = (id: string): boolean => id.startsWith(TAG)

/** Keys of tags that instances have, those of most instances first. `Name` is a field by itself. */
export function tagKeysOf(instances: readonly ListedInstance[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { tags } of instances) {
    for (const key of tags.keys()) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  counts.delete('Name')
  return [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([key]) => key)
}

/** As DescribeInstanceStatus has it: `impaired` while its agent sees what stops logins. Unknown while the agent is away. */
export function statusOf({ state, facts }: ListedInstance): 'ok' | 'impaired' | undefined {
  if (state !== 'running' || facts === undefined) return undefined
  return facts.problems.length > 0 ? 'impaired' : 'ok'
}

/** All that its host reported. */
function addressesOf({ facts }: ListedInstance): readonly string[] {
  return facts === undefined ? [] : [...facts.addresses4, ...facts.addresses6]
}
