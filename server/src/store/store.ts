import type { ChainLink } from '@fleetkey/domain/trail-chain'
import type { HostFacts } from '@fleetkey/domain/host-facts'
import type { Instance, Tags } from '@fleetkey/domain/instance'
import type { TrailPhase } from '@fleetkey/domain/trail-event'
import type { DigestStore } from './digest-store.ts'
import type { TrailCondition } from '@fleetkey/domain/trail-search'
import type { EndpointStore } from './endpoint-store.ts'
import type { IdentityStore } from './identity-store.ts'
import type { PendingInstanceStore } from './pending-instance-store.ts'
import type { RecordingStore } from './recording-store.ts'
import type { SshSessionStore } from './ssh-session-store.ts'
import type { SecurityGroupStore } from './security-group-store.ts'

/**
 * Where the control plane keeps what must outlive it. One interface, one contract (store.contract.ts), one folder per database. Every
 * promise of a write settles only once it is durable; writes that arrive together share one commit. All times are milliseconds
 * since 1970.
 */
export interface Store {
  readonly settings: SettingStore
  readonly instances: InstanceStore
  readonly joinTokens: JoinTokenStore
  readonly endpoints: EndpointStore
  readonly securityGroups: SecurityGroupStore
  readonly pendingInstances: PendingInstanceStore
  readonly identities: IdentityStore
  readonly sshSessions: SshSessionStore
  readonly recordings: RecordingStore
  readonly trail: TrailStore
  readonly digests: DigestStore
  readonly presignedUrls: PresignedUrlStore
  /**
   * Grows with every change of a right: keys, users, policies, tags, enrolments. Whoever caches rights asks for it on each request and
   * drops the cache when it differs, so that no node acts on a right that was withdrawn (design §3.6).
   */
  securityVersion(): Promise<number>
  /**
   * Runs such works one at a time, on all nodes together and in the order of arrival: nothing that another of them writes comes between
   * what this one reads and what it writes. For questions over several rows that no single write can ask, e.g. whether a change would
   * hand out more than the caller holds. Settles as `work` does; one that rejects does not stop the next. A work must not wait for
   * another one that it starts itself. Writes outside of such works are not held up.
   */
  exclusively<T>(work: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

/**
 * The database cannot be written, or asked, now: its disk is full, read-only, gone, or does not answer. It comes back by itself when the
 * disk does. What was asked has not happened; but where it is `inDoubt`, it was under way, and may be found to have.
 */
export class StoreUnavailable extends Error {
  readonly inDoubt: boolean

  constructor(reason: string, { inDoubt }: { readonly inDoubt: boolean }) {
    super(reason)
    this.name = 'StoreUnavailable'
    this.inDoubt = inDoubt
  }
}

/** It was closed. Any other rejection of a write says that this write did not happen and the next may. */
export class StoreClosed extends Error {
  constructor() {
    super('the store was closed')
    this.name = 'StoreClosed'
  }
}

/** A few named values of the deployment: realm, sealed signing keys, certificates, the password policy. */
export interface SettingStore {
  get(name: string): Promise<string | undefined>
  /** Undefined takes it away. */
  set(name: string, value: string | undefined): Promise<void>
  /** Sets `value` unless the name has one already; the value that stands afterwards. Two nodes at first start agree this way. */
  setIfAbsent(name: string, value: string): Promise<string>
}

export interface InstanceStore {
  get(instanceId: string): Promise<Instance | undefined>
  /** All of them, or a part, by enrolment time then id. */
  list(part?: InstancesPart): Promise<readonly Instance[]>
  /** All of them in that order by what policies and people tell them apart by: of thousands a tenth of the whole. */
  tagged(): Promise<readonly TaggedInstance[]>
  /** Those that reported this address, letter by letter; by enrolment time then id. */
  atAddress(address: string): Promise<readonly Instance[]>
  /** Every value that a tag has on any of them, each once. */
  tagValues(key: string): Promise<readonly string[]>
  saveFacts(instanceId: string, facts: HostFacts): Promise<void>
  /** Removes, then sets tags in one step. False when there is no such instance. */
  changeTags(instanceId: string, change: TagChange): Promise<boolean>
  /** False when there was none. */
  forget(instanceId: string): Promise<boolean>
}

export type TaggedInstance = Pick<Instance, 'instanceId' | 'tags'>

/** Up to `limit` of them that stand behind that place in the order. */
export interface InstancesPart {
  readonly after?: { readonly enrolledAt: number; readonly instanceId: string } | undefined
  readonly limit: number
}

export interface TagChange {
  readonly set?: Tags
  /** With a value: removed only where it has that value, as EC2's DeleteTags does. */
  readonly remove?: readonly { readonly key: string; readonly value?: string }[]
}

/** A join token at rest: only the hash of its secret. */
export interface JoinTokenRow {
  readonly joinTokenId: string
  /** SHA-256 of the secret, base64. */
  readonly secretHash: string
  readonly tags: Tags
  readonly createdBy: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly state: 'unused' | 'used' | 'revoked'
  /** The pending instance that it is for: whoever redeems it becomes that one, with its tags by then. */
  readonly forInstanceId?: string
  /** The instance that used it. */
  readonly instanceId?: string
}

export interface JoinTokenStore {
  create(row: JoinTokenRow): Promise<void>
  list(): Promise<readonly JoinTokenRow[]>
  /** By the hash of its secret, whatever its state. Cheap: anybody may ask. */
  find(secretHash: string): Promise<JoinTokenRow | undefined>
  /** False when it is unknown or not unused any more. */
  revoke(joinTokenId: string): Promise<boolean>
  /**
   * Uses the token up and creates the instance (with the token's tags) in one transaction, so that of any number of racing hosts one
   * enrols. Undefined when the token is unknown, used, revoked or expired at `now`, and when it is for another instance than
   * `instanceId` or for one that is pending no more.
   */
  redeem(redemption: Redemption): Promise<Instance | undefined>
}

export interface Redemption {
  readonly secretHash: string
  readonly instanceId: string
  readonly agentKey: string
  readonly facts: HostFacts
  readonly now: number
}

/** A record on its way into the trail: the exact text that is chained, and the few columns that it is found by. */
export interface TrailEntry {
  readonly eventId: string
  readonly requestId: string
  readonly phase: TrailPhase
  readonly time: number
  readonly eventName: string
  readonly readOnly: boolean
  /** User name, `root`, or what stands for it. */
  readonly userName: string
  /** Id of the instance that it is about, or empty. */
  readonly resource: string
  /** Empty when it went well. */
  readonly errorCode: string
  /** JSON of the TrailEvent. */
  readonly record: string
}

export interface StoredTrailEntry extends TrailEntry, ChainLink {}

/** Claims the right to act on one signed request. */
export interface ReplayKey {
  /** Names access key and signature. */
  readonly key: string
  /** Kept until then, which must be later than the signature's own end. */
  readonly until: number
}

/** Ties a signed URL to where it was first shown, so that whoever else reads it has no use of it. */
export interface PresignedUrlStore {
  /** Ties `key`, which names a signature, to `address` unless it is tied already; the address that stands afterwards. */
  tie(binding: {
    readonly key: string
    readonly address: string
    readonly now: number
    /** Kept until then, which must be later than the URL's own end. */
    readonly until: number
  }): Promise<string>
}

/** The first answer to a request, given again when its bytes come again. */
export interface StoredAnswer {
  readonly status: number
  readonly body: string
}

export type IntentResult =
  | ({ readonly kind: 'recorded' } & ChainLink)
  /** The same request was seen before. `answer` is undefined while it runs, or when a crash cut it off. */
  | { readonly kind: 'repeated'; readonly answer: StoredAnswer | undefined }

export interface TrailStore {
  append(entry: TrailEntry): Promise<ChainLink>
  /**
   * Records it unless something was recorded by that name, which is known as long as its record is kept; claims the name in the same
   * transaction. False when it records nothing.
   */
  appendOnce(entry: TrailEntry, report: string): Promise<boolean>
  /** Records an intent and claims its replay key in one transaction; records nothing when the key is taken. */
  appendIntent(entry: TrailEntry, replay: ReplayKey): Promise<IntentResult>
  /** Records the outcome and keeps the answer for repeats, in one transaction. */
  appendOutcome(entry: TrailEntry, replayKey: string, answer: StoredAnswer): Promise<ChainLink>
  /** Intents that have no outcome, oldest first: what a crash cut off. */
  openIntents(): Promise<readonly StoredTrailEntry[]>
  /** As many as there are, however long it takes: for what the server itself looks up. */
  lookup(query: TrailQuery): Promise<readonly StoredTrailEntry[]>
  /** One page, in bounded time: it may have found fewer than the limit, or nothing, and still not be at the end. */
  search(search: TrailSearch): Promise<TrailPage>
  /** How many there are, interval by interval, in bounded time: the newest are counted first. By what the index says, and of what it has not yet by the records. */
  count(question: TrailCount): Promise<TrailCounts>
  /** In chain order, from `afterSeq` + 1. */
  read(afterSeq: number, limit: number): Promise<readonly StoredTrailEntry[]>
  /** The last link. A verifier compares it with what `read` ends in, so that a cut-off tail shows. */
  head(): Promise<ChainLink>
}

/** Newest first. All given conditions must hold. */
export interface TrailQuery {
  readonly eventName?: string
  readonly userName?: string
  readonly resource?: string
  readonly requestId?: string
  /** Both inclusive, over `time`. */
  readonly from?: number
  readonly to?: number
  /** Only entries with a smaller seq: where the last page ended. */
  readonly beforeSeq?: number
  readonly limit: number
}

export interface TrailSearch {
  readonly conditions: readonly TrailCondition[]
  /** Both inclusive, over `time`. */
  readonly from?: number
  readonly to?: number
  readonly order: 'newest' | 'oldest'
  /** Where the last page had looked to: only entries beyond it, in that order. */
  readonly after?: number
  /** Only what is settled: an act that began is shown by its outcome. */
  readonly withoutIntents?: boolean
  readonly limit: number
}

export interface TrailPage {
  readonly entries: readonly StoredTrailEntry[]
  /** For `after` of the next page. Oldest first that is also where to go on when new entries have come. */
  readonly lookedTo: number
  /** Nothing is left beyond, for now. */
  readonly isEnd: boolean
}

/** Conditions are of kind `is`: those that the index knows. */
export interface TrailCount {
  readonly series: readonly {
    readonly conditions: readonly (TrailCondition & { readonly kind: 'is' })[]
    /** Also how many there are of each reason (domain/refusal-reason.ts): the records are read. */
    readonly byReason: boolean
  }[]
  /** Where the first interval begins. */
  readonly from: number
  /** How long each is. */
  readonly everyMs: number
  readonly intervals: number
}

export interface TrailCounts {
  readonly series: readonly SeriesCount[]
  /** The last record that there was: what comes behind it is not counted. */
  readonly lastSeq: number
  /** Of before, not all were counted: the beginning of an interval, or of the first where all were. */
  readonly countedFrom: number
}

export interface SeriesCount {
  readonly counts: readonly number[]
  readonly reasons: Readonly<Record<string, number>>
}
