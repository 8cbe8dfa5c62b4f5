import { instanceArn } from '@fleetkey/domain/arn'
import { grantNotFound } from '@fleetkey/domain/exceptions/instances'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { grantIdOf } from '@fleetkey/domain/grant'
import {
  grantStory,
  isOver,
  PUSHES,
  refusalOf,
  type GrantStory,
} from '@fleetkey/domain/grant-story'
import { isLoginCause, LOGIN_CAUSES, mendFor } from '@fleetkey/domain/login-cause'
import { ownerOf } from '@fleetkey/domain/owner'
import type { TrailEvent } from '@fleetkey/domain/trail-event'
import {
  isNews,
  MAX_TOLD_CAUSES,
  type Explanation,
  type ToldCause,
} from '@fleetkey/wire/agent/receipts'
import { validate, type Members } from '@fleetkey/wire/aws/validation'
import type { StoredTrailEntry } from '../store/store.ts'
import { isOwn } from './is-own.ts'
import { operation, type Asker, type Call } from './operation.ts'
import { explainUnused, isUnused, type Unused } from './unused-grant.ts'

interface Input {
  /** Id of the request that pushed the key. */
  readonly grantId: string
  readonly waitMs: number
  /** How many steps the caller knows already: an answer that has no more than these is waited for. */
  readonly known: number | undefined
  /** What the caller has been told that is no step. Undefined for one that does not hear of such before the time is over. */
  readonly knownCauses: readonly ToldCause[] | undefined
}

const MAX_WAIT_SECONDS = 10
/** As many records of one request as are looked at; a host that tells more is not heard out. */
const MAX_RECORDS = 200
/** Another node may have recorded something: looked for this often while waiting. */
const LOOK_EVERY_MS = 1000
/** What a host says of a refusal that it saw comes on record within this time. */
const RECORDED_MS = 150

/**
 * What became of a pushed key: pushed, delivered, offered, accepted, refused and why, or expired. With `Wait` the answer comes as soon as
 * the story has an end, or more steps than are known. While it has none the host is asked, and tells also of what is no step: sshd drops
 * connections, and nobody knows whose they were. Whoever pushed may ask without a policy, which an explicit Deny takes away; others need
 * the action on the instance. Ours.
 */
export const getGrant = operation<Input>({
  name: 'GetGrant',
  service: 'fleetkey',
  action: 'fleetkey:GetGrant',
  access: 'read',

  parse(fields) {
    const v = validate(fields)
    const grantId = v.requiredString('GrantId', {
      min: 36,
      max: 36,
      pattern: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    })
    const wait = v.optionalInteger('Wait', { min: 0, max: MAX_WAIT_SECONDS }) ?? 0
    const known = v.optionalInteger('KnownSteps', { min: 0, max: MAX_RECORDS })
    const told = fields.get('KnownCauses') === undefined ? undefined : readKnownCauses(v)
    v.finish(validationFailure)
    return { grantId, waitMs: wait * 1000, known, knownCauses: told }
  },

  async resources({ grantId }, asker) {
    const story = await readStory(grantId, asker)
    // Who may ask about no instance is not told whether there is such a grant.
    if (story === undefined) return [{ arn: instanceArn(asker.realm, '*') }]
    const { instanceId } = story
    const instance = await asker.store.instances.get(instanceId)
    return [
      {
        arn: instanceArn(asker.realm, instanceId),
        ...(instance && { instance }),
        ...(isOwn({ owner: ownerOf(story.pushedBy) }, asker) ? { isOwn: true as const } : {}),
        recorded: { instanceId, facts: {} },
      },
    ]
  },

  trail: ({ grantId }) => ({ requestParameters: { grantId }, facts: { grantRequestId: grantId } }),

  async run(input, call) {
    const begun = await readStory(input.grantId, call)
    if (begun === undefined) throw grantNotFound(input.grantId)
    const following: Following = {
      ...input,
      from: call.origin.sourceAddress,
      heard: [...causesIn(begun, call), ...(input.knownCauses ?? [])].slice(0, MAX_TOLD_CAUSES),
    }
    const asked = isTold(begun, input) ? undefined : askHost(following, begun, call)
    const { story, explanation } = await follow(following, begun, { call, asked })
    const unused =
      explanation?.cause === undefined ? await unusedOf(story, following, call) : undefined
    if (input.waitMs > 0) await call.stillAllowed()
    return shown(story, unused ?? explanation, following)
  },
})

interface Following extends Input {
  /** Whence the caller asks. */
  readonly from: string
  /** All causes that are no news. */
  readonly heard: readonly ToldCause[]
}

function readKnownCauses(v: Members): readonly ToldCause[] {
  return v.structureList('KnownCauses', { max: MAX_TOLD_CAUSES }).flatMap((one) => {
    const cause = one.requiredString('Cause', { max: 64 })
    const sourceAddress = one.optionalString('SourceAddress', { max: 64 })
    // Of another version.
    if (!isLoginCause(cause)) return []
    return [{ cause, ...(sourceAddress === undefined ? {} : { sourceAddress }) }]
  })
}

/** Who follows the steps is told of these as steps, wherever the login came from. */
const causesIn = ({ steps }: GrantStory, { origin }: Call): readonly ToldCause[] =>
  [...new Set(steps.map(({ cause }) => cause))]
    .filter((cause) => cause !== undefined)
    .map((cause) => ({ cause, sourceAddress: origin.sourceAddress }))

const isTold = (story: GrantStory, { known }: Pick<Input, 'known'>): boolean =>
  known === undefined
    ? isOver(story)
    : story.steps.length > known || (isOver(story) && story.state !== 'refused')

async function readStory(
  grantId: string,
  { store, now }: Pick<Asker, 'store' | 'now'>,
): Promise<GrantStory | undefined> {
  const found = await recordsOf(grantId, store)
  const records = found.map(({ time, record }) => ({
    time,
    event: JSON.parse(record) as TrailEvent,
  }))
  return grantStory(records.toReversed(), now())
}

/** The newest, and the push itself, which a host that tells much must not put out of sight. */
async function recordsOf(
  requestId: string,
  { trail }: Pick<Asker['store'], 'trail'>,
): Promise<readonly StoredTrailEntry[]> {
  const newest = await trail.lookup({ requestId, limit: MAX_RECORDS })
  if (newest.length < MAX_RECORDS) return newest
  const pushes = await Promise.all(
    PUSHES.map((eventName) => trail.lookup({ requestId, eventName, limit: 2 })),
  )
  const known = new Set(newest.map(({ eventId }) => eventId))
  return [...newest, ...pushes.flat().filter(({ eventId }) => !known.has(eventId))]
}

/** What the host says now. Undefined where there is nobody to ask. */
async function askHost(
  { grantId, waitMs, from, heard: known }: Following,
  story: GrantStory,
  call: Call,
): Promise<Explanation | undefined> {
  if (story.state === 'not-delivered' || story.state === 'accepted') return undefined
  const instance = await call.store.instances.get(story.instanceId)
  if (instance === undefined) return undefined
  const { osUser, fingerprint } = story
  const grant = { grantId: grantIdOf(grantId), osUser, fingerprint }
  return call.explanations.of(instance, grant, { waitMs, from, known })
}

/** Until there is something to tell, or the time is over. */
async function follow(
  input: Following,
  begun: GrantStory,
  given: { readonly call: Call; readonly asked: Promise<Explanation | undefined> | undefined },
): Promise<{ readonly story: GrantStory; readonly explanation: Explanation | undefined }> {
  const { call, asked } = given
  if (asked === undefined) return { story: begun, explanation: undefined }
  const read = async () => (await readStory(input.grantId, call)) ?? begun
  const deadline = performance.now() + input.waitMs
  let explanation: Explanation | undefined
  let isAnswered = false
  const answered = asked.then((found) => {
    isAnswered = true
    explanation = found
  })
  for (let left = input.waitMs; left > 0; left = deadline - performance.now()) {
    const news = call.grantNews.next(input.grantId, Math.min(left, LOOK_EVERY_MS))
    const story = await read()
    if (isTold(story, input)) return { story, explanation }
    await (isAnswered ? news : Promise.race([news, answered]))
    // Older clients follow the steps alone, and ask again without a pause when they are answered.
    const wantsCauses = input.known === undefined || input.knownCauses !== undefined
    if (wantsCauses && explanation !== undefined && isNewsTo(input, explanation)) break
  }
  await answered
  const recorded = call.grantNews.next(input.grantId, RECORDED_MS)
  const story = await read()
  if (explanation?.cause === undefined || isTold(story, input)) return { story, explanation }
  await recorded
  return { story: await read(), explanation }
}

/** At the end of its time; and of whoever follows it and has heard nothing meanwhile, what is known before. */
async function unusedOf(
  story: GrantStory,
  asked: Following,
  call: Call,
): Promise<Unused | undefined> {
  if (!isUnused(story)) return undefined
  if (story.state === 'expired') return await explainUnused(story, call)
  if (asked.waitMs === 0 || asked.knownCauses === undefined) return undefined
  // Their answer is not to be late, nor the host looked at again and again.
  if (isTold(story, asked) || asked.heard.some(({ cause }) => cause === 'never-arrived')) {
    return undefined
  }
  return await explainUnused(story, call)
}

const isNewsTo = ({ from, heard: known }: Following, explanation: Explanation): boolean =>
  isNews(explanation, { from, known })

function shown(story: GrantStory, explanation: Explanation | Unused | undefined, asked: Following) {
  const { instanceId, osUser, fingerprint, pushedBy, state, usableUntil, steps } = story
  const isLast = asked.knownCauses !== undefined && explanation && isNewsTo(asked, explanation)
  const refusal = isLast ? explanation : (refusalOf(story) ?? explanation)
  const { cause, says, sourceAddress } = refusal ?? {}
  const ofCause = cause && mendFor(cause, { instanceId, osUser })
  const mend = refusal !== undefined && 'mend' in refusal ? refusal.mend : ofCause
  return {
    GrantId: asked.grantId,
    InstanceId: instanceId,
    InstanceOSUser: osUser,
    Fingerprint: fingerprint,
    ...('arn' in pushedBy ? { PrincipalArn: pushedBy.arn } : {}),
    State: state,
    ...(usableUntil === undefined ? {} : { UsableUntil: usableUntil / 1000 }),
    ...(says === undefined ? {} : { Says: says }),
    ...(cause === undefined ? {} : { Cause: cause }),
    ...(mend === undefined ? {} : { Mend: mend }),
    ...(sourceAddress === undefined ? {} : { SourceAddress: sourceAddress }),
    Steps: steps.map((step) => ({
      Kind: step.kind,
      Time: step.time / 1000,
      ...(step.hostTime === undefined ? {} : { HostTime: step.hostTime }),
      ...(step.says === undefined ? {} : { Says: step.says }),
      ...(step.cause === undefined
        ? {}
        : { Cause: step.cause, Meaning: LOGIN_CAUSES[step.cause].says }),
      ...(step.sourceAddress === undefined ? {} : { SourceAddress: step.sourceAddress }),
    })),
  }
}
