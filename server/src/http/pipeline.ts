import { randomUUIDv7 } from 'node:crypto'
import { instanceUnavailable } from '@fleetkey/domain/exceptions/instances'
import { outcomeUnknown, throttling } from '@fleetkey/domain/exceptions/server'
import {
  missingAuthenticationToken,
  notFromConsole,
} from '@fleetkey/domain/exceptions/authentication'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { principalName } from '@fleetkey/domain/principal'
import { deviceCookie } from '../identities/device-cookie.ts'
import { NO_SESSION_COOKIE, sessionCookie } from '../identities/console-cookie.ts'
import type { Caller } from '../operations/caller.ts'
import type { Asker, Call, World } from '../operations/operation.ts'
import type { ReplayKey } from '../store/store.ts'
import { createStrangerRecorder } from '../trail/record-strangers.ts'
import type { Outcome, Trail } from '../trail/trail.ts'
import { userIdentity } from '../trail/user-identity.ts'
import type { Authenticate } from './authenticate.ts'
import { codecOf, type EncodedAnswer } from './codec.ts'
import { requireCsrfToken, type AuthenticateCookie } from './console/authenticate-cookie.ts'
import { browserOf } from './console/browser.ts'
import type { ForeignPage } from './console/foreign-page.ts'
import { requireProof } from './console/require-proof.ts'
import type { SessionUses } from './console/session-uses.ts'
import { askerOf, decide } from './decide.ts'
import { headerOf, type ApiRequest } from './raw-request.ts'
import { showSecondFactor, withSecondFactor } from './show-second-factor.ts'
import { refuseBeyondSession } from './session-reach.ts'
import type { ApiAnswer } from './api-answer.ts'
import { answerRefusal, describe, type RequestLog } from './answer-refusal.ts'
import { doorOf, isByCookie, isUnsigned, type Arrival } from './arrival.ts'
import { Step } from './step.ts'
import { earlyAct, nobody, actOf, withResources } from './recorded-act.ts'
import { operationOf, unsignedOperation, signedOperation } from './asked-operation.ts'
import { outcomeOf, shownAnswer } from './recorded-outcome.ts'

/** What is refused before tries are counted: of those only so many are recorded. */
const BEFORE_COUNTING: readonly string[] = [throttling().code, notFromConsole('').code]

/** A request may be sent again within the life of its signature, ±5 minutes of our clock; a while longer is kept. */
const REPLAY_KEPT_MS = 15 * 60_000

/**
 * The one way in: authenticate → route → parse → authorize → intent → act → outcome → respond. The order is a promise: who asks is known
 * before anything of the body is believed, the answer of the policy before anything is recorded as meant to happen, and the intent is on
 * disk before it does. A request without a signature has its proof in the body: there parsing comes first, and then who it is.
 */
export function createPipeline(parts: {
  readonly world: World
  readonly authenticate: Authenticate
  readonly authenticateCookie: AuthenticateCookie
  readonly foreignPage: ForeignPage
  readonly sessionUses: Pick<SessionUses, 'note'>
  readonly trail: Trail
  readonly log: RequestLog
}): (request: ApiRequest) => Promise<ApiAnswer> {
  const { world, authenticate, authenticateCookie, foreignPage, sessionUses, trail, log } = parts
  const running = new Map<string, Promise<ApiAnswer>>()
  const strangers = createStrangerRecorder(trail, { now: world.now, log })

  return async (asked) => {
    const request = { ...asked, browser: browserOf(asked, foreignPage) }
    // Ordered by time (RFC 9562): the trail's index by request then grows at its end, which costs a third less.
    const requestId = randomUUIDv7()
    const codec = codecOf(request)
    try {
      const asOf = await world.store.securityVersion()
      const arrival = { request, requestId, codec, asOf }
      const greeting = await greet(arrival)
      if (greeting !== undefined) return greeting
      const step = await identify(arrival)
      world.accesses.note(step.caller.principal, step.operation.action)
      if (step.operation.access === 'read') return await read(step)
      // The same bytes while the first are being answered: one act, one answer.
      const same = running.get(step.replayKey)
      if (same !== undefined) return repeated(step, await same)
      const answer = inTurn(step).finally(() => running.delete(step.replayKey))
      running.set(step.replayKey, answer)
      return await answer
    } catch (error) {
      return answerRefusal(error, { codec, requestId, log })
    }
  }

  /** What somebody who is not signed in gets of an operation that has an answer for such. */
  async function greet({ request, requestId, codec }: Arrival): Promise<ApiAnswer | undefined> {
    if (!isUnsigned(request)) return undefined
    const operation = operationOf(codec)
    if (operation?.ofStrangers === undefined || (await isSignedIn(request))) return undefined
    if (request.browser?.foreign !== undefined) throw notFromConsole(request.browser.foreign)
    // The browser keeps a cookie that is good for nothing: an answer that comes late would take that of a session which began meanwhile.
    const answer = codec.answer(await operation.ofStrangers(world, request), requestId)
    return { requestId, contentType: codec.contentType, ...answer }
  }

  async function isSignedIn({ browser }: ApiRequest): Promise<boolean> {
    if (browser?.showsSession !== true) return false
    try {
      await authenticateCookie(browser)
      return true
    } catch (error) {
      if (error instanceof ServiceException) return false
      throw error
    }
  }

  /** Who asks for what. With a signature nothing of the body is looked at before it is proven. */
  async function identify(given: Arrival): Promise<Step> {
    const { request, codec } = given
    if (isByCookie(request) && operationOf(codec)?.identify === undefined) {
      const asked = await authenticated(given)
      const operation = await orRecorded(() => codec.route(), given, asked)
      const caller = { ...asked, service: operation.service }
      return new Step({ ...given, operation, caller, input: undefined })
    }
    if (isUnsigned(request)) return await identifyByBody(given)
    const caller = await authenticated(given)
    const operation = await orRecorded(() => signedOperation(codec, caller), given, caller)
    return new Step({ ...given, operation, caller, input: undefined })
  }

  async function authenticated(given: Arrival): Promise<Caller> {
    const { request } = given
    return await orRecorded(
      () => (isByCookie(request) ? byCookie(given) : authenticate(request.raw, doorOf(request))),
      given,
    )
  }

  async function byCookie({ request, codec }: Arrival): Promise<Caller> {
    const { raw, browser } = request
    if (browser === undefined) throw missingAuthenticationToken()
    // A form of another site's could send any other type without asking first (Fetch §4.9, CORS-safelisted request-header).
    if (headerOf(raw, 'content-type') !== codec.contentType) {
      throw notFromConsole(`a page sends ${codec.contentType}.`)
    }
    const caller = await authenticateCookie(browser)
    if (operationOf(codec)?.tellsCsrfToken !== true) {
      requireCsrfToken(caller, headerOf(raw, 'x-fleetkey-csrf'))
    }
    // What an open page asks by itself is no use: its door says what is.
    if (request.atDoor === undefined) sessionUses.note(caller.accessKeyId)
    return caller
  }

  /** What is refused before it is known what is asked, or by whom, is on record all the same. */
  async function orRecorded<T>(
    work: () => T | Promise<T>,
    given: Arrival,
    caller?: Caller,
  ): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ServiceException)) throw error
      if (caller === undefined) {
        // Without the message, which may hold all that stood in the header: a password, or somebody's token.
        await strangers.refused(earlyAct(given), { errorCode: error.code })
      } else {
        const identity = userIdentity(caller, world.realm)
        const userName = principalName(caller.principal)
        await trail.complete(
          { ...earlyAct(given), identity, userName, facts: {} },
          outcomeOf(error),
        )
      }
      throw error
    }
  }

  async function identifyByBody(arrival: Arrival): Promise<Step> {
    const { request, codec } = arrival
    const { operation, input } = await orRecorded(() => {
      const unsigned = unsignedOperation(codec)
      return { operation: unsigned, input: unsigned.parse(codec.fields()) as unknown }
    }, arrival)
    const given = { ...arrival, operation }
    try {
      const caller = await operation.identify?.(input as never, world, request)
      if (caller === undefined) throw missingAuthenticationToken()
      return new Step({ ...given, caller, input })
    } catch (error) {
      // Guessing a password or a token is an event, each try. What keeps strangers from filling the trail is that such operations are
      // throttled before they come to this; of those that are, only so many are recorded.
      if (error instanceof ServiceException) {
        const identity = (await operation.claimed?.(input as never, world)) ?? nobody
        const userName = 'userName' in identity ? (identity.userName ?? '') : ''
        const act = actOf({ ...given, identity, userName }, input)
        const failure = { ...outcomeOf(error), ...operation.trailFailure }
        if (BEFORE_COUNTING.includes(error.code)) await strangers.refused(act, failure)
        else await trail.note(act, failure)
      }
      throw error
    }
  }

  /** What hands over rights happens one at a time, on what the caller may do when it is their turn. Who may not does not queue. */
  async function inTurn(step: Step): Promise<ApiAnswer> {
    if (step.operation.handsOver === undefined) return await write(step)
    await admit(step)
    return await world.store.exclusively(async () => write(await renewed(step)))
  }

  /** The same request by whoever its key stands for now. */
  async function renewed({ parts: known, operation }: Step): Promise<Step> {
    const asOf = await world.store.securityVersion()
    if (operation.identify !== undefined) return new Step({ ...known, asOf })
    const { signature } = known.caller
    return new Step({ ...known, asOf, caller: { ...(await authenticated(known)), signature } })
  }

  async function read(step: Step): Promise<ApiAnswer> {
    const { input, act, asker } = await admit(step)
    const call = callOf(step, { input, asker, intent: undefined })
    let output: object
    try {
      output = await step.operation.run(input, call, undefined as never)
    } catch (error) {
      await trail.note(act, outcomeOf(error))
      throw error
    }
    if (step.operation.goesOn?.(input, asker) !== true) await trail.note(act, {})
    return step.answer(output)
  }

  async function write(step: Step): Promise<ApiAnswer> {
    const { input, act, resources, explanation, asker } = await admit(step)
    const { operation, requestId, replayKey } = step
    const replay: ReplayKey = { key: replayKey, until: world.now() + REPLAY_KEPT_MS }
    // Asking changes nothing, so it may run beside the write of the intent; its refusal is looked at after.
    const [intent, prepared] = await Promise.all([
      trail.intent(act, replay, explanation),
      settle(async () =>
        operation.prepare?.(input, callOf(step, { input, asker, intent: undefined }), resources),
      ),
    ])
    if (intent.kind === 'repeated') {
      if (intent.answer === undefined) {
        throw instanceUnavailable(
          'This very request was received before and its outcome is not known. Sign a new one.',
        )
      }
      return step.stored(intent.answer)
    }
    let answer: ApiAnswer
    let outcome: Outcome
    let cookies: readonly string[] | undefined
    try {
      if (prepared.kind === 'failed') throw prepared.error
      const now = await stillAllowed(step, input, asker)
      const call = callOf(step, {
        input,
        asker: now,
        intent,
        keepInBrowser(session, devices) {
          const ofSession =
            session === undefined ? NO_SESSION_COOKIE : sessionCookie(session, world.now())
          cookies = [ofSession, ...(devices === undefined ? [] : [deviceCookie(devices)])]
        },
      })
      const output = await operation.run(input, call, prepared.value as never)
      answer = { ...step.answer(output), ...(cookies !== undefined && { cookies }) }
      outcome = { explanation, responseElements: shownAnswer(operation, output) }
    } catch (error) {
      answer = answerRefusal(error, { codec: step.codec, requestId, log })
      outcome = { explanation, ...outcomeOf(error), ...operation.trailFailure }
    }
    try {
      await trail.outcome(act, outcome, { replayKey, ...keptAnswer(step, answer) })
    } catch (error) {
      log.error({ requestId, error: describe(error) }, 'the outcome was not recorded')
      throw outcomeUnknown(requestId)
    }
    return answer
  }

  /** Parse and authorize; a refusal of either is on record before it is told. */
  async function admit(step: Step) {
    const { operation } = step
    let act = step.actOf(world.realm, undefined)
    try {
      refuseBeyondSession(operation, step.caller)
      const input = (step.input ?? operation.parse(step.codec.fields())) as never
      act = step.actOf(world.realm, input)
      const shown = operation.secondFactor?.(input)
      const asker = askerOf(world, step.request, await showSecondFactor(step.caller, shown, world))
      const resources = await operation.resources(input, asker)
      act = withResources(act, resources)
      const explanation = await decide(operation, { input, asker, resources })
      requireProof(operation, step.caller, world.now())
      return { input, act, resources, explanation, asker }
    } catch (error) {
      await trail.note(act, outcomeOf(error))
      throw error
    }
  }

  /**
   * Decides once more when a right has changed since: the intent was written and a host was asked meanwhile, which anybody can draw out, and
   * whoever withdraws a right and is answered must not find it used afterwards. Returns who acts now.
   */
  async function stillAllowed(step: Step, input: never, asker: Asker): Promise<Asker> {
    if ((await world.store.securityVersion()) === step.parts.asOf) return asker
    const { operation, caller } = await renewed(step)
    const again = askerOf(world, step.request, withSecondFactor(caller, asker.caller.mfaAt))
    const resources = await operation.resources(input, again)
    await decide(operation, { input, asker: again, resources })
    return again
  }

  function callOf(
    step: Step,
    made: {
      readonly input: never
      readonly asker: Asker
      readonly intent: Call['intent']
      readonly keepInBrowser?: Call['keepInBrowser']
    },
  ): Call {
    const { input, asker, intent, keepInBrowser = () => {} } = made
    return {
      ...asker,
      requestId: step.requestId,
      intent,
      stillAllowed: () => stillAllowed(step, input, asker),
      keepInBrowser,
    }
  }
}

type Settled =
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }

async function settle(work: () => Promise<unknown>): Promise<Settled> {
  try {
    return { kind: 'done', value: await work() }
  } catch (error) {
    return { kind: 'failed', error }
  }
}

/** What a repeat gets that came while the first was being answered: what one gets that comes later. */
function repeated(step: Step, first: ApiAnswer): ApiAnswer {
  return { ...first, ...keptAnswer(step, first) }
}

/** A secret is told once: its repeat gets no second copy, and none is kept. Nor is anything said to be done again that was undone. */
function keptAnswer({ operation, codec }: Step, answer: ApiAnswer): EncodedAnswer {
  if (operation.answersAgain) return { status: answer.status, body: answer.body }
  const spent = instanceUnavailable(
    'This very request was answered before. To ask again, sign a new one.',
  )
  return codec.refuse(spent, answer.requestId)
}
