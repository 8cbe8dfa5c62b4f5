import type { Instance, Tags } from '@fleetkey/domain/instance'
import { END_ON_WITHDRAWAL_TAG } from '@fleetkey/domain/ssh-session'
import type { GrantOfSession, SshSessionRow } from '../../store/ssh-session-store.ts'
import type { Trail } from '../../trail/trail.ts'
import type { World } from '../operation.ts'
import { listAll } from './list-all.ts'
import { ReachOf } from '../simulation/reach.ts'
import { subjectOf } from '../simulation/subject.ts'
import { takeTurns } from '../simulation/turns.ts'

export interface EndWithdrawnParts {
  readonly world: Pick<World, 'store' | 'realm' | 'sessionEnds'>
  readonly trail: Pick<Trail, 'complete'>
  /** `tagged`: of those alone whose user, role or instance has the tag. */
  readonly mode: 'never' | 'tagged' | 'always'
  /** How soon a withdrawal is seen, in milliseconds. */
  readonly everyMs?: number
  readonly log: {
    info(facts: object, text: string): void
    warn(facts: object, text: string): void
  }
}

const EVERY_MS = 1000
/** A host that could not be asked is asked again after so many times as long. */
const AGAIN_AFTER = 5

/**
 * Ends open sessions whose grant would not be given any more: whoever pushed the key is gone, or may not push to that instance for that
 * account by any policy, whatever the moment is (address, time, second factor). Looked at whenever any right changes, and nothing else ends
 * one: not a key that is deactivated, nor a sign-in that is over, nor a server that starts.
 */
export function startEndingWithdrawn(parts: EndWithdrawnParts): { stop(): Promise<void> } {
  const { world, mode, log, everyMs = EVERY_MS } = parts
  const warden = new Warden(parts)
  let seen = -1
  let againAt = Infinity
  let looking: Promise<void> = Promise.resolve()
  let isLooking = false

  const look = async () => {
    const version = await world.store.securityVersion()
    if (version === seen && performance.now() < againAt) return
    const isDone = await warden.endThoseWithdrawn()
    seen = version
    againAt = isDone ? Infinity : performance.now() + AGAIN_AFTER * everyMs
  }
  const timer = setInterval(() => {
    if (isLooking || mode === 'never') return
    isLooking = true
    looking = look()
      .catch((error: unknown) => {
        log.warn({ error: String(error) }, 'open sessions were not compared with what is allowed')
      })
      .finally(() => (isLooking = false))
  }, everyMs).unref()
  return {
    async stop() {
      clearInterval(timer)
      await looking
    },
  }
}

type Because = 'whoever pushed the key is gone' | 'no policy allows it any more'

/** What decides about the sessions of one who pushed keys. */
interface Pusher {
  readonly isGone: boolean
  readonly tags: Tags
  readonly reach: ReachOf | undefined
}

class Warden {
  readonly #parts: EndWithdrawnParts
  /** Those who had the tag when they were last looked at: who is deleted has no tags any more. */
  readonly #tagged = new Set<string>()
  /** On record as to be ended, by instance and id: hosts make up ids, also those of others. */
  readonly #announced = new Set<string>()

  constructor(parts: EndWithdrawnParts) {
    this.#parts = parts
  }

  /** Whether nothing is left to end. */
  async endThoseWithdrawn(): Promise<boolean> {
    const { store } = this.#parts.world
    const instances = new Map((await store.instances.list()).map((one) => [one.instanceId, one]))
    const pushers = new Map<string, Pusher>()
    const turns = takeTurns({ mostMs: Infinity })
    const ends: Promise<boolean>[] = []
    for await (const session of listAll(store.sshSessions, { state: 'active' })) {
      const { grant } = session
      const instance = instances.get(session.instanceId)
      // Root may do everything; a host that was forgotten cannot be asked.
      if (grant === undefined || instance === undefined || !isEntity(grant)) continue
      const id = entityIdOf(grant)
      const pusher = pushers.get(id) ?? (await this.#pusher(id))
      pushers.set(id, pusher)
      await turns.next()
      const because = becauseOf(pusher, { instance, osUser: session.osUser })
      if (because === undefined || !this.#isWanted(grant, pusher, instance)) continue
      ends.push(this.#end(session, { grant, instance, because }))
    }
    return (await Promise.all(ends)).every((isEnded) => isEnded)
  }

  async #pusher(id: string): Promise<Pusher> {
    const { store, realm } = this.#parts.world
    const rights = await store.identities.rights(id)
    if (rights === undefined) return { isGone: true, tags: {}, reach: undefined }
    const { kind, tags } = rights.entity
    if (tags[END_ON_WITHDRAWAL_TAG] === 'true') this.#tagged.add(id)
    else this.#tagged.delete(id)
    const subject = subjectOf(rights, { realm })
    // The tags that a role's session was made with are gone with it: what asks for them stays open.
    const isAlsoOpen = (key: string) => kind === 'role' && key.startsWith('aws:principaltag/')
    return { isGone: false, tags, reach: new ReachOf(subject, realm, isAlsoOpen) }
  }

  #isWanted(grant: GrantOfSession, { isGone, tags }: Pusher, instance: Instance): boolean {
    if (this.#parts.mode === 'always') return true
    const hadTag = grant.endsWithRight || this.#tagged.has(entityIdOf(grant))
    const ofPusher = isGone ? hadTag : tags[END_ON_WITHDRAWAL_TAG] === 'true'
    return ofPusher || instance.tags[END_ON_WITHDRAWAL_TAG] === 'true'
  }

  async #end(
    session: SshSessionRow,
    why: { readonly grant: GrantOfSession; readonly instance: Instance; readonly because: Because },
  ): Promise<boolean> {
    const { world, log } = this.#parts
    const { sessionId, instanceId } = session
    const name = `${instanceId} ${sessionId}`
    if (!this.#announced.has(name)) {
      await this.#announce(session, why)
      this.#announced.add(name)
    }
    const { result, says } = await world.sessionEnds.end(why.instance, sessionId)
    const isEnded = result === 'ended'
    const facts = { sessionId, instanceId, because: why.because, result, says }
    if (isEnded) log.info(facts, 'a session was ended, its right was withdrawn')
    else log.warn(facts, 'a session goes on, and its right was withdrawn')
    return isEnded
  }

  /** Before it is done, as everything. */
  async #announce(
    { sessionId, instanceId, osUser }: SshSessionRow,
    { grant, because }: { readonly grant: GrantOfSession; readonly because: Because },
  ): Promise<void> {
    await this.#parts.trail.complete(
      {
        requestId: grant.requestId,
        eventName: 'EndSSHSessions',
        eventSource: 'fleetkey.amazonaws.com',
        eventType: 'AwsServiceEvent',
        readOnly: false,
        identity: { type: 'AWSService', invokedBy: 'fleetkey.amazonaws.com' },
        userName: '',
        sourceAddress: '',
        userAgent: '',
        resource: instanceId,
        resourceArns: [],
        requestParameters: { sessionIds: [sessionId] },
        facts: { instanceId, sessionId, osUser, principalArn: grant.principalArn, because },
      },
      {},
    )
  }
}

function becauseOf(
  { isGone, reach }: Pusher,
  { instance, osUser }: { readonly instance: Instance; readonly osUser: string },
): Because | undefined {
  if (isGone) return 'whoever pushed the key is gone'
  return reach?.decide(instance, osUser) === 'denied' ? 'no policy allows it any more' : undefined
}

/** A user or a role: `AIDA…`, `AROA…:session`. */
const isEntity = ({ principalId }: GrantOfSession) => /^A(?:IDA|ROA)/.test(principalId)

const entityIdOf = ({ principalId }: GrantOfSession) => principalId.replace(/:.*/, '')
