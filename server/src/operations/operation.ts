import type { Cidr } from '@fleetkey/domain/cidr'
import type { DiskRoom } from '@fleetkey/domain/disk-room'
import type { Instance, Tags } from '@fleetkey/domain/instance'
import type { Realm } from '@fleetkey/domain/realm'
import type { ChainLink } from '@fleetkey/domain/trail-chain'
import type { TrailEvent, UserIdentity } from '@fleetkey/domain/trail-event'
import type { PolicySet } from '@fleetkey/iam/policy-set'
import type { ContextValue } from '@fleetkey/iam/request-context'
import type { Fields } from '@fleetkey/wire/aws/fields'
import type { Deliveries } from '../agents/deliver-grant.ts'
import type { Explanations } from '../agents/explanations.ts'
import type { SessionEnds } from '../agents/end-sessions.ts'
import type { HostDoctor } from '../agents/host-doctor.ts'
import type { Presence } from '../agents/presence.ts'
import type { HostRulesTeller } from '../agents/tell-rules.ts'
import type { ProbeSsh } from '../probe/probe-ssh.ts'
import type { ShownSession } from '../identities/console-cookie.ts'
import type { KnownDevices } from '../identities/known-devices.ts'
import type { IssuedSession } from '../identities/issue-session.ts'
import type { LiveDoorstep } from '../live/live-doorstep.ts'
import type { LiveFeed } from '../live/live-feed.ts'
import type { Launches } from '../launches/launches.ts'
import type { ProviderSignIns } from '../oidc/sign-ins.ts'
import type { WebIdentities } from '../oidc/web-identity.ts'
import type { RecordingLibrary } from '../recordings/library.ts'
import type { Envelope } from '../secrets/envelope.ts'
import type { Store } from '../store/store.ts'
import type { Proof } from '../trail/proof.ts'
import type { GrantNews } from '../trail/grant-news.ts'
import type { TrailStreams } from '../trail/streams/trail-streams.ts'
import type { Outcome } from '../trail/trail.ts'
import type { TunnelDoorstep } from '../tunnels/doorstep.ts'
import type { Terminals } from '../terminals/terminals.ts'
import type { Tunnels } from '../tunnels/tunnels.ts'
import type { Accesses } from './accesses.ts'
import type { Caller } from './caller.ts'
import type { LiveTopics } from './live/live-topic.ts'

/** The API that an operation belongs to: SigV4 service name, JSON target prefix and event source come from it. */
export type Service = 'ec2-instance-connect' | 'ec2' | 'sts' | 'iam' | 'cloudtrail' | 'fleetkey'

/**
 * One API operation. It declares its action and resources next to what it does, so that it cannot be reached without them. By the time
 * `run` is called the answer was yes and the intent is durable.
 */
export interface Operation<Input, Prepared = undefined> {
  readonly name: string
  readonly service: Service
  /** IAM action that is evaluated on every resource, but for those that name their own. */
  readonly action: string
  /** Further actions that this request needs on the same resources, e.g. `iam:TagUser` when a user is created with tags. */
  also?(input: Input, asker: Asker): readonly string[]
  /** AWS lets every authenticated caller do this, even against a Deny: only GetCallerIdentity and its like. */
  readonly needsNoPermission?: true
  readonly access: 'read' | 'write'
  /** Not asked through the API but at a door of its own: tunnels are. */
  readonly byOwnDoor?: true
  /**
   * Of reads: whether this request only goes on with one of the same caller that is on record, so that it has no record of its own: further
   * pages of a recording that is played. It is decided like every other, and its refusal is recorded.
   */
  goesOn?(input: Input, asker: Asker): boolean
  /** The answer holds a secret: it is neither kept for repeats nor put into the trail. */
  readonly answersSecret?: true
  /**
   * The same bytes again get the first answer again. Without it they are refused, with a status at which clients try again with a new
   * signature: boto3 and the AWS CLI sign equal requests of one second alike, and the second may be meant (attach, detach, attach).
   */
  readonly answersAgain?: true
  /**
   * For requests without a signature: finds out who asks from what the body proves (a token, a password). Throws the refusal otherwise.
   * Such an operation cannot be asked with a signature, nor with a cookie.
   */
  identify?(input: Input, world: World, request: Origin): Promise<Caller>
  /** Whom such a request claims to be, for the record of a proof that failed. Unknown when left out. */
  claimed?(input: Input, world: World): Promise<UserIdentity>
  /** What whoever is not signed in gets instead of a refusal, of which there is no record: of what a page asks before anybody is. */
  ofStrangers?(world: World, origin: Origin): Promise<object>
  /** Tells the CSRF token, and so is asked without it. */
  tellsCsrfToken?: true
  /** Throws the refusal that names what is wrong. */
  parse(fields: Fields): Input
  /** A second factor that the request shows, if it does. It is used up before the decision, which then knows of it. */
  secondFactor?(input: Input): ShownSecondFactor | undefined
  /** What it acts on; each must be allowed. */
  resources(input: Input, asker: Asker): Promise<readonly Resource[]> | readonly Resource[]
  /** Condition keys beyond those of principal and resource. */
  context?(input: Input, asker: Asker): Readonly<Record<string, ContextValue>>
  /**
   * The rights that the call would let somebody have. Nobody hands out what they do not hold: http/hand-over.ts refuses unless the caller's
   * own policies cover it. Guard and call run one at a time (Store.exclusively), so that two calls cannot do together what neither may.
   */
  handsOver?(input: Input, asker: Asker): Promise<readonly HandOver[]>
  /** What the trail shows of the request; never a secret. */
  trail(input: Input): TrailView
  /** The record's name where CloudTrail has another than the operation's, e.g. `ConsoleLogin`. */
  readonly recordedAs?: Pick<TrailEvent, 'eventName' | 'eventSource' | 'eventType'>
  /** What the trail shows of a proof that failed, where CloudTrail has words of its own for it. */
  readonly trailFailure?: Pick<Outcome, 'errorMessage' | 'responseElements'>
  /** What the trail shows of the answer. Default: all of it, or nothing where `answersSecret`. Never a secret. */
  trailAnswer?(output: never): Readonly<Record<string, unknown>>
  /** Asks without changing anything, while the intent is being written. Gets what `resources` found. */
  prepare?(input: Input, call: Call, resources: readonly Resource[]): Promise<Prepared>
  run(input: Input, call: Call, prepared: Prepared): Promise<object> | object
}

export interface ShownSecondFactor {
  /** ARN of the device. */
  readonly serialNumber: string
  readonly code: string
}

export interface Resource {
  readonly arn: string
  /** The caller's own doing: what no policy allows is allowed, and what one denies is not. */
  readonly isOwn?: true
  /** Evaluated on it instead of the operation's action, e.g. `iam:PassRole` for a role that is handed to a service. */
  readonly actions?: readonly string[]
  /** The instance that it is, if it is one and exists: its tags are `aws:ResourceTag/…` and `ec2:ResourceTag/…`. */
  readonly instance?: Instance
  /**
   * Tags of a user, role, policy …: `aws:ResourceTag/…` and `iam:ResourceTag/…`; of an endpoint or another thing of EC2's:
   * `aws:ResourceTag/…` and `ec2:ResourceTag/…`.
   */
  readonly tags?: Tags
  /** Condition keys that depend on this resource, e.g. `iam:PermissionsBoundary`. */
  readonly context?: Readonly<Record<string, ContextValue>>
  /** What the trail shows of it beside the ARN: the instance that is reached through it, and our own facts. */
  readonly recorded?: {
    readonly instanceId?: string
    readonly facts: Readonly<Record<string, unknown>>
  }
  /** Trust policy of the role that it is, bound to unique ids: it decides too. JSON text. */
  readonly trustPolicy?: string
}

/** What somebody may do after a call that they, or whoever takes their place, could not do before. */
export interface HandOver {
  /** For the refusal, e.g. `user bob`. */
  readonly to: string
  /** Undefined when the caller would take that place (a new access key, a new trust): then all of `after` is handed over. */
  readonly before: PolicySet | undefined
  readonly after: PolicySet
  /** Condition keys that come with their requests, before and after: name, tags. One that is not in there may have any value. */
  readonly keys?: {
    readonly before: ReadonlyMap<string, ContextValue>
    readonly after: ReadonlyMap<string, ContextValue>
  }
}

export interface TrailView {
  readonly requestParameters: Readonly<Record<string, unknown>> | null
  /** Our own facts. */
  readonly facts?: Readonly<Record<string, unknown>>
  /** Id of the instance that it is about. */
  readonly instanceId?: string
}

/** What a browser says of a request. */
export interface Browser {
  /** Where its page is from, as the browser says, e.g. `https://fleetkey.example.com`; undefined when it says nothing. */
  readonly origin: string | undefined
  /** Why it is not of a page of the console; undefined when it is. */
  readonly foreign: string | undefined
  /** Something between has handed it on, and says so: the address that it came from is that one's. */
  readonly isHandedOn: boolean
  /** A cookie by our name, whatever is in it. */
  readonly showsSession: boolean
  readonly session: ShownSession | undefined
  /** What shows who has signed in from it before (identities/known-devices.ts). */
  readonly devices: readonly string[]
  /** The sign-in at a provider that it came back from (oidc/sign-ins.ts). */
  readonly signIn: string | undefined
}

/** Where a request came from. */
export interface Origin {
  readonly sourceAddress: string
  readonly userAgent: string
  /** Absent where nothing of it is a browser's. */
  readonly browser?: Browser | undefined
  /** The connection that wants to become a tunnel: of OpenTunnel only. */
  readonly doorstep?: Pick<TunnelDoorstep, 'gone' | 'putDown'>
  /** The page that wants to be told what is new: of WatchFleet only. */
  readonly liveDoorstep?: Pick<LiveDoorstep, 'putDown'>
  /** The page that wants to see somebody's terminal, and is asked for as long as it does: of WatchTerminal only. */
  readonly watchDoorstep?: WatchDoorstep
}

export interface WatchDoorstep {
  /** @param stillAllowed throws the refusal once they may not any more */
  putDown(stillAllowed: () => Promise<unknown>): void
}

/** The public half of what signs the trail's digests. */
export interface TrailPublicKey {
  /** DER of PKCS #1. */
  readonly der: Uint8Array
  readonly fingerprint: string
  /** Milliseconds since 1970. */
  readonly madeAt: number
}

export interface ConsoleSettings {
  /** How long somebody is signed in. */
  readonly sessionSeconds: number
  /** How long at most nothing is asked meanwhile; 0: without a limit. */
  readonly idleSeconds: number
}

/** What every operation may use. */
export interface World {
  readonly realm: Realm
  /** Id of this deployment: what ids of sites are made of. */
  readonly deployment: string
  /** The name that clients open tunnels at. */
  readonly tunnelDnsName: string
  readonly store: Store
  readonly deliveries: Deliveries
  readonly explanations: Explanations
  readonly grantNews: GrantNews
  readonly presence: Presence
  readonly live: Pick<LiveFeed, 'open'> & { readonly topics: LiveTopics }
  readonly sessionEnds: SessionEnds
  readonly hostDoctor: HostDoctor
  /** Knocks at an sshd; undefined where this control plane connects to no host by itself. */
  readonly probe: ProbeSsh | undefined
  readonly envelope: Envelope
  readonly webIdentities: WebIdentities
  readonly knownDevices: KnownDevices
  readonly accesses: Accesses
  readonly signIns: Pick<ProviderSignIns, 'find' | 'take'>
  readonly launches: Launches
  readonly recordings: RecordingLibrary
  readonly tunnels: Pick<Tunnels, 'open' | 'endThoseOf'>
  readonly terminals: Pick<Terminals, 'list' | 'find' | 'end' | 'endThoseOf'>
  readonly proof: Pick<Proof, 'place' | 'status'> & { publicKey(): Promise<TrailPublicKey> }
  readonly hostRules: Pick<HostRulesTeller, 'tellAll'>
  /** The addresses that hosts see of this control plane: those of ip-ranges.json. */
  readonly controlPlaneRanges: () => readonly Cidr[]
  /** How far receivers of the trail are. */
  readonly trailStreams: Pick<TrailStreams, 'status'>
  /** How full the disks are that the server writes; one that does not answer is left out. */
  readonly disks: () => Promise<readonly DiskRoom[]>
  /** How many records wait until the trail can be written again. */
  readonly unrecorded: () => number
  readonly console: ConsoleSettings
  /** For join tokens: SHA-256 of the CA certificate, empty on plain HTTP. */
  readonly caPin: string
  /** Cuts the link and the tunnels of an instance that is enrolled no more. */
  readonly dropAgent: (instanceId: string) => void
  readonly now: () => number
}

/** The world as one caller sees it. */
export interface Asker extends World {
  readonly caller: Caller
  readonly principalArn: string
  /** Whose own all is that they make (domain/src/owner.ts). */
  readonly owner: string | undefined
  readonly origin: Origin
  readonly secureTransport: boolean
  /** Whether the caller may do all of this to that, as if they asked for it now. Where it is decided stays authorize.ts. */
  isAllowed(
    actions: readonly string[],
    resource: Resource,
    context: Readonly<Record<string, ContextValue>>,
  ): boolean
}

/** One request on its way: the world, who asks, and its durable intent. */
export interface Call extends Asker {
  readonly requestId: string
  /** Undefined while preparing, and for reads. */
  readonly intent: ChainLink | undefined
  /**
   * Throws the refusal when a right was withdrawn since the request came. It was asked before `run`: for operations that then wait for
   * somebody who can draw it out, to ask once more before they give what they were asked for. Resolves to who asks, with what they may now.
   */
  stillAllowed(): Promise<Asker>
  /**
   * The browser that asks has this session from now on, or none, if the act succeeds.
   * @param devices as whose device it is known from then on; undefined: as before
   */
  keepInBrowser(session: IssuedSession | undefined, devices?: readonly string[]): void
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
