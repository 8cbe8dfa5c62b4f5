import { randomUUID } from 'node:crypto'
import type { Tags } from '@fleetkey/domain/instance'
import { END_ON_WITHDRAWAL_TAG } from '@fleetkey/domain/ssh-session'
import type { GrantOfSession, SshSessionRow } from '../../store/ssh-session-store.ts'
import type { TaggedInstance } from '../../store/store.ts'
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
/** Whether those that were to be ended have is looked at after so many times as long; the hosts of others are asked again. */
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
    const isLeft = await warden.endThoseWithdrawn()
    seen = version
    againAt = isLeft ? performance.now() + AGAIN_AFTER * everyMs : Infinity
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
      await warden.settled()
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

/** A session that is to end. */
interface Withdrawn {
  /** Of its instance and id: hosts make up ids, also those of others. */
  readonly name: string
  readonly session: SshSessionRow
  readonly grant: GrantOfSession
  readonly instance: TaggedInstance
  readonly because: Because
}

class Warden {
  readonly #parts: EndWithdrawnParts
  /** Those who had the tag when they were last looked at: who is deleted has no tags any more. */
  readonly #tagged = new Set<string>()
  /** On record as to be ended, of those that are open. */
  #announced = new Set<string>()
  /** A host that does not answer keeps nobody's else waiting. */
  readonly #underWay = new Map<string, Promise<void>>()

  constructor(parts: EndWithdrawnParts) {
    this.#parts = parts
  }

  /** Begins to end them. Whether there are any. */
  async endThoseWithdrawn(): Promise<boolean> {
    const found = await this.#find()
    const names = new Set(found.map(({ name }) => name))
    this.#announced = this.#announced.intersection(names)
    const idle = found.filter(({ name }) => !this.#underWay.has(name))
    const isTold = ({ name, session }: Withdrawn) =>
      session.isUnrecorded === undefined || this.#announced.has(name)
    for (const one of idle.filter(isTold)) this.#begin(one, () => this.#announce(one))
    // What a host tells beyond what is recorded of it must not be recorded here, one by one.
    const others = idle.filter((one) => !isTold(one))
    for (const ofHost of Map.groupBy(others, ({ instance }) => instance.instanceId).values()) {
      const announced = this.#announceAll(ofHost)
      for (const one of ofHost) this.#begin(one, () => announced)
    }
    return found.length > 0
  }

  async settled(): Promise<void> {
    await Promise.all(this.#underWay.values())
  }

  async #find(): Promise<readonly Withdrawn[]> {
    const { store } = this.#parts.world
    // Of their hosts no more than decides: this is done whenever any right changes.
    const all = await store.instances.tagged()
    const instances = new Map(all.map((one) => [one.instanceId, one]))
    const pushers = new Map<string, Pusher>()
    const turns = takeTurns({ mostMs: Infinity })
    const found: Withdrawn[] = []
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
      const name = `${session.instanceId} ${session.sessionId}`
      found.push({ name, session, grant, instance, because })
    }
    return found
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

  #isWanted(grant: GrantOfSession, { isGone, tags }: Pusher, instance: TaggedInstance): boolean {
    if (this.#parts.mode === 'always') return true
    const hadTag = grant.endsWithRight || this.#tagged.has(entityIdOf(grant))
    const ofPusher = isGone ? hadTag : tags[END_ON_WITHDRAWAL_TAG] === 'true'
    return ofPusher || instance.tags[END_ON_WITHDRAWAL_TAG] === 'true'
  }

  #begin(one: Withdrawn, announce: () => Promise<void>): void {
    const { name } = one
    const done = this.#end(one, announce)
      .catch((error: unknown) => {
        this.#parts.log.warn({ name, error: String(error) }, 'a session could not be ended')
      })
      .finally(() => this.#underWay.delete(name))
    this.#underWay.set(name, done)
  }

  /** On record before it is done, as everything. */
  async #end({ name, session, because }: Withdrawn, announce: () => Promise<void>): Promise<void> {
    const { world, log } = this.#parts
    const { sessionId, instanceId } = session
    if (!this.#announced.has(name)) {
      await announce()
      this.#announced.add(name)
    }
    const instance = await world.store.instances.get(instanceId)
    // Forgotten meanwhile: it cannot be asked.
    if (instance === undefined) return
    const { result, says } = await world.sessionEnds.end(instance, sessionId)
    const facts = { sessionId, instanceId, because, result, says }
    if (result === 'ended') log.info(facts, 'a session was ended, its right was withdrawn')
    else log.warn(facts, 'a session goes on, and its right was withdrawn')
  }

  async #announce({ session, grant, because }: Withdrawn): Promise<void> {
    const { sessionId, instanceId, osUser } = session
    const act = actOf(grant.requestId, instanceId, [sessionId])
    const facts = { instanceId, sessionId, osUser, principalArn: grant.principalArn, because }
    await this.#parts.trail.complete({ ...act, facts }, {})
  }

  /** Of one host, in one record. */
  async #announceAll(ofHost: readonly Withdrawn[]): Promise<void> {
    const [instanceId = ''] = ofHost.map(({ instance }) => instance.instanceId)
    const sessionIds = ofHost.map(({ session }) => session.sessionId)
    const principalArns = new Set(ofHost.map(({ grant }) => grant.principalArn))
    const facts = {
      instanceId,
      sessions: sessionIds.length,
      principalArns: [...principalArns].slice(0, MAX_PRINCIPALS),
      because: [...new Set(ofHost.map(({ because }) => because))].join('; '),
    }
    await this.#parts.trail.complete({ ...actOf(randomUUID(), instanceId, sessionIds), facts }, {})
  }
}

/** Names in one record. */
const MAX_PRINCIPALS = 20

const actOf = (requestId: string, instanceId: string, sessionIds: readonly string[]) =>
  ({
    requestId,
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
    requestParameters: { sessionIds },
  }) as const

function becauseOf(
  { isGone, reach }: Pusher,
  { instance, osUser }: { readonly instance: TaggedInstance; readonly osUser: string },
): Because | undefined {
  if (isGone) return 'whoever pushed the key is gone'
  return reach?.decide(instance, osUser) === 'denied' ? 'no policy allows it any more' : undefined
}

/** A user or a role: `AIDA…`, `AROA…:session`. */
const isEntity = ({ principalId }: GrantOfSession) => /^A(?:IDA|ROA)/.test(principalId)

const entityIdOf = ({ principalId }: GrantOfSession) => principalId.replace(/:.*/, '')
