import { isAlarm } from './alarm.ts'
import { networksOf, isInRange, type Cidr } from './cidr.ts'
import type { TrailPhase } from './trail-event.ts'

/** What a record can be asked for. A record may have several values of one: an instance is named by its id and by its name. */
export type TrailAttribute =
  | 'eventId'
  | 'requestId'
  | 'eventName'
  | 'eventSource'
  /** `true` or `false` */
  | 'readOnly'
  /** `begun`, `ok`, `denied` or `failed`; of the last two also the error code; of what is one also `alarm` */
  | 'outcome'
  /** `yes`: a read that was allowed, of little interest beside logins; `no`: anything else */
  | 'routine'
  /** What CloudTrail calls Username: a user's name, a session's, `root` */
  | 'userName'
  /** Every name that the principal has: user, ARN, role, session, `role/session`, the agent that reported */
  | 'principal'
  | 'accessKeyId'
  | 'sourceAddress'
  /** The ranges that the source address is in (networksOf): made for ranges that are asked for */
  | 'network'
  /** Id and name, as it was */
  | 'instance'
  /** `Key=Value`, as they were */
  | 'tag'
  | 'osUser'
  | 'fingerprint'
  /** Of each thing that it is about: its ARN and the last part of it */
  | 'resourceName'
  | 'resourceType'

/** One condition. All that are given must hold. */
export type TrailCondition =
  /** The attribute has one of these values, letter by letter. */
  | {
      readonly kind: 'is'
      readonly attribute: TrailAttribute
      readonly values: readonly string[]
    }
  /** It has none of these values, letter by letter. No index leads to such records. */
  | {
      readonly kind: 'is not'
      readonly attribute: TrailAttribute
      readonly values: readonly string[]
    }
  /** The source address lies in one of these. */
  | { readonly kind: 'from'; readonly ranges: readonly Cidr[] }
  /** Each of these texts stands somewhere in the record's values, in whatever case. */
  | { readonly kind: 'says'; readonly words: readonly string[] }

/** A record as it lies in the store. What a column says is not read from the text again. */
export interface SearchedEntry {
  readonly eventId: string
  readonly requestId: string
  readonly phase: TrailPhase
  readonly eventName: string
  readonly readOnly: boolean
  readonly userName: string
  readonly resource: string
  readonly errorCode: string
  /** JSON text of the TrailEvent. */
  readonly record: string
}

export type Visit = (attribute: TrailAttribute, value: string) => void

/** Tells every attribute of the record. What is found by an index is what this tells, and nothing else. */
export function visitAttributes(entry: SearchedEntry, visit: Visit): void {
  const tell = (attribute: TrailAttribute, value: unknown) => {
    if (typeof value === 'string' && value !== '') visit(attribute, value)
  }
  const record = membersOf(JSON.parse(entry.record))
  const facts = membersOf(record['additionalEventData'])
  const asked = membersOf(record['requestParameters'])
  tell('eventId', entry.eventId)
  tell('requestId', entry.requestId)
  tell('eventName', entry.eventName)
  tell('eventSource', record['eventSource'])
  tell('readOnly', String(entry.readOnly))
  tell('outcome', outcomeOf(entry))
  tell('outcome', entry.errorCode)
  if (isAlarm(entry.eventName, facts)) tell('outcome', 'alarm')
  const isRoutine = entry.readOnly && entry.errorCode === '' && record['eventType'] === 'AwsApiCall'
  tell('routine', isRoutine ? 'yes' : 'no')
  tell('userName', entry.userName)
  tellIdentity(entry, membersOf(record['userIdentity']), tell)
  tell('accessKeyId', facts['claimedAccessKeyId'])
  // What a host reports has the address of whom it saw, and who was meant, in our own facts.
  tell('principal', facts['principalArn'])
  for (const address of new Set([record['sourceIPAddress'], facts['sourceAddress']])) {
    if (typeof address !== 'string') continue
    tell('sourceAddress', address)
    for (const network of networksOf(address)) tell('network', network)
  }
  tell('instance', entry.resource)
  if (facts['instanceId'] !== entry.resource) tell('instance', facts['instanceId'])
  tell('instance', facts['instanceName'])
  for (const [key, value] of Object.entries(membersOf(facts['instanceTags']))) {
    if (typeof value === 'string') visit('tag', `${key}=${value}`)
  }
  tell('osUser', facts['osUser'] ?? asked['instanceOSUser'])
  tell('fingerprint', facts['fingerprint'])
  tellResources(record['resources'], entry.resource, tell)
}

/** Whether all conditions hold. */
export function matchesSearch(
  entry: SearchedEntry,
  conditions: readonly TrailCondition[],
): boolean {
  const words = conditions.flatMap((one) => (one.kind === 'says' ? one.words : []))
  // Before the text is taken apart: most records have not even the letters.
  if (words.length > 0 && !hasLetters(entry.record, words)) return false
  const others = conditions.filter((one) => one.kind !== 'says')
  if (!others.every((condition) => mayMeet(entry, condition))) return false
  return (
    (others.length === 0 || matchesAttributes(entry, others)) &&
    (words.length === 0 || matchesWords(entry, words))
  )
}

/** A look without taking the text apart: most records of which nothing is known by an index are told apart by it. */
function mayMeet(entry: SearchedEntry, condition: TrailCondition): boolean {
  if (condition.kind !== 'is') return true
  const { attribute, values } = condition
  switch (attribute) {
    case 'eventId':
    case 'requestId':
    case 'eventName':
    case 'userName':
      return values.includes(entry[attribute])
    case 'readOnly':
      return values.includes(String(entry.readOnly))
    case 'accessKeyId':
    case 'eventSource':
    case 'fingerprint':
    case 'osUser':
    case 'resourceName':
    case 'resourceType':
    case 'sourceAddress':
      return values.some((value) => entry.record.includes(JSON.stringify(value).slice(1, -1)))
    case 'instance':
    case 'network':
    case 'outcome':
    case 'principal':
    case 'routine':
    case 'tag':
      return true
  }
}

function matchesAttributes(entry: SearchedEntry, conditions: readonly TrailCondition[]): boolean {
  const unmet = new Set(conditions.filter(({ kind }) => kind !== 'is not'))
  const excluding = conditions.filter((one) => one.kind === 'is not')
  let isExcluded = false
  visitAttributes(entry, (attribute, value) => {
    for (const condition of unmet) {
      if (isMetBy(condition, attribute, value)) unmet.delete(condition)
    }
    isExcluded ||= excluding.some(
      (one) => one.attribute === attribute && one.values.includes(value),
    )
  })
  return unmet.size === 0 && !isExcluded
}

function isMetBy(condition: TrailCondition, attribute: TrailAttribute, value: string): boolean {
  switch (condition.kind) {
    case 'is':
      return condition.attribute === attribute && condition.values.includes(value)
    case 'from':
      return (
        attribute === 'sourceAddress' && condition.ranges.some((range) => isInRange(value, range))
      )
    case 'is not':
    case 'says':
      return false
  }
}

function hasLetters(record: string, words: readonly string[]): boolean {
  const text = record.toLowerCase()
  return words.every((word) => text.includes(JSON.stringify(word.toLowerCase()).slice(1, -1)))
}

/** In the values: the names of members are in every record. */
function matchesWords({ record }: SearchedEntry, words: readonly string[]): boolean {
  const missing = new Set(words.map((word) => word.toLowerCase()))
  const look = (value: unknown): void => {
    if (missing.size === 0 || value === null) return
    if (typeof value === 'object') {
      for (const inner of Object.values(value)) look(inner)
    } else {
      const text = (typeof value === 'string' ? value : JSON.stringify(value)).toLowerCase()
      for (const word of missing) if (text.includes(word)) missing.delete(word)
    }
  }
  look(JSON.parse(record))
  return missing.size === 0
}

function outcomeOf({ phase, errorCode }: SearchedEntry): string {
  if (errorCode === '') return phase === 'intent' ? 'begun' : 'ok'
  return /^(AccessDenied|.*UnauthorizedOperation$)/.test(errorCode) ? 'denied' : 'failed'
}

function tellIdentity(
  { userName }: SearchedEntry,
  identity: Readonly<Record<string, unknown>>,
  tell: (attribute: TrailAttribute, value: unknown) => void,
): void {
  const { arn } = identity
  tell('principal', userName)
  if (identity['userName'] !== userName) tell('principal', identity['userName'])
  tell('principal', arn)
  tell('principal', identity['invokedBy'])
  tell('principal', identity['displayName'])
  if (identity['type'] === 'Unknown') tell('principal', identity['principalId'])
  tell('accessKeyId', identity['accessKeyId'])
  const [, role, session] =
    /:assumed-role\/([^/]+)\/([^/]+)$/.exec(typeof arn === 'string' ? arn : '') ?? []
  if (role === undefined) return
  tell('principal', role)
  tell('principal', `${role}/${session}`)
  if (session !== userName) tell('principal', session)
  const issuer = membersOf(membersOf(identity['sessionContext'])['sessionIssuer'])
  tell('principal', issuer['arn'])
}

function tellResources(
  resources: unknown,
  instanceId: string,
  tell: (attribute: TrailAttribute, value: unknown) => void,
): void {
  if (!Array.isArray(resources)) return
  for (const resource of resources as unknown[]) {
    const { ARN: arn, type } = membersOf(resource)
    tell('resourceType', type)
    tell('resourceName', arn)
    if (typeof arn !== 'string') continue
    const name = nameInArn(arn)
    tell('resourceName', name)
    if (type === 'AWS::EC2::Instance' && name !== instanceId) tell('instance', name)
  }
}

/** `i-0123…` of `arn:aws:ec2:…:instance/i-0123…`, `alice` of `…:user/team/alice`. */
export function nameInArn(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1)
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
