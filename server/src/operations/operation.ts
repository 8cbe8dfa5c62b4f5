import type { Principal } from '@fleetkey/domain/principal'
import type { Realm } from '@fleetkey/domain/realm'
import type { Instance } from '@fleetkey/domain/instance'
import type { ChainLink } from '@fleetkey/domain/trail-chain'
import type { Deliveries } from '../agents/deliver-grant.ts'
import type { Presence } from '../agents/presence.ts'
import type { Envelope } from '../secrets/envelope.ts'
import type { Store } from '../store/store.ts'

/** The members of a request, as its codec decoded them. Names are case sensitive, values not yet believed. */
export type Fields = ReadonlyMap<string, unknown>

/** The API that an operation belongs to: SigV4 service name, JSON target prefix and event source come from it. */
export type Service = 'ec2-instance-connect' | 'ec2' | 'sts' | 'iam' | 'fleetkey'

/**
 * One API operation. It declares its action and resources next to what it does, so that it cannot be reached without them. By the time
 * `run` is called the answer was yes and the intent is durable.
 */
export interface Operation<Input, Prepared = undefined> {
  readonly name: string
  readonly service: Service
  /** IAM action that is evaluated on every resource. */
  readonly action: string
  /** AWS lets every authenticated caller do this, even against a Deny: only GetCallerIdentity. */
  readonly needsNoPermission?: true
  readonly access: 'read' | 'write'
  /** The answer holds a secret: it is neither kept for repeats nor put into the trail. */
  readonly answersSecret?: true
  /** Throws the refusal that names what is wrong. */
  parse(fields: Fields): Input
  /** What it acts on; each must be allowed. */
  resources(input: Input, world: World): Promise<readonly Resource[]> | readonly Resource[]
  /** Condition keys beyond those of principal and resource. */
  context?(input: Input): Readonly<Record<string, string | readonly string[]>>
  /** What the trail shows of the request; never a secret. */
  trail(input: Input): TrailView
  /** Asks without changing anything, while the intent is being written. Gets what `resources` found. */
  prepare?(input: Input, call: Call, resources: readonly Resource[]): Promise<Prepared>
  run(input: Input, call: Call, prepared: Prepared): Promise<object> | object
}

export interface Resource {
  readonly arn: string
  /** The instance that it is, if it is one and exists: its tags are `aws:ResourceTag/…` and `ec2:ResourceTag/…`. */
  readonly instance?: Instance
}

export interface TrailView {
  readonly requestParameters: Readonly<Record<string, unknown>>
  /** Our own facts. */
  readonly facts?: Readonly<Record<string, unknown>>
  /** Id of the instance that it is about. */
  readonly instanceId?: string
}

/** What every operation may use. */
export interface World {
  readonly realm: Realm
  readonly store: Store
  readonly deliveries: Deliveries
  readonly presence: Presence
  readonly envelope: Envelope
  /** For join tokens: SHA-256 of the CA certificate, empty on plain HTTP. */
  readonly caPin: string
  /** Cuts the link of an instance that is enrolled no more. */
  readonly dropAgent: (instanceId: string) => void
  readonly now: () => number
}

/** One request on its way: the world, who asks, and its durable intent. */
export interface Call extends World {
  readonly requestId: string
  readonly principal: Principal
  readonly principalArn: string
  readonly accessKeyId: string
  /** Undefined while preparing, and for reads. */
  readonly intent: ChainLink | undefined
}

/** An operation of any input: what the table holds. */
// The input's type is known only inside; parse makes it and the others take it back.
export type AnyOperation = Operation<never, never>

/** Erases the input's type for the table: the pipeline hands each operation only what its own `parse` and `prepare` made. */
export function operation<Input, Prepared = undefined>(
  definition: Operation<Input, Prepared>,
): AnyOperation {
  return definition as unknown as AnyOperation
}
