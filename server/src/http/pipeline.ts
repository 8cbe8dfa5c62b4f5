import { randomUUIDv7 } from 'node:crypto'
import {
  instanceUnavailable,
  internalFailure,
  invalidSignature,
  outcomeUnknown,
  ServiceException,
  unknownOperation,
} from '@fleetkey/domain/exceptions'
import { principalArn, principalId } from '@fleetkey/domain/principal'
import type { Realm } from '@fleetkey/domain/realm'
import { parseJsonObject } from '@fleetkey/wire/aws/json-object'
import { encodeJsonError } from '@fleetkey/wire/aws/json-error'
import type { AnyOperation, Call, Fields, World } from '../operations/operation.ts'
import type { ReplayKey } from '../store/store.ts'
import type { Act, Outcome, Trail } from '../trail/trail.ts'
import type { Authenticate, Caller } from './authenticate.ts'
import { authorize } from './authorize.ts'
import type { ApiRequest } from './raw-request.ts'
import { findOperation, TARGET_PREFIXES } from './route.ts'

/** What goes back to the client. */
export interface ApiAnswer {
  readonly requestId: string
  readonly status: number
  /** JSON. */
  readonly body: string
}

export interface PipelineLog {
  info(facts: object, text: string): void
  error(facts: object, text: string): void
}

/** A request may be sent again within the life of its signature, ±5 minutes of our clock; a while longer is kept. */
const REPLAY_KEPT_MS = 15 * 60_000

/**
 * The one way in: authenticate → route → parse → authorize → intent → act → outcome → respond. The order is a promise: who asks is known
 * before anything of the body is believed, the answer of the policy before anything is recorded as meant to happen, and the intent is on
 * disk before it does.
 */
export function createPipeline(parts: {
  readonly world: World
  readonly authenticate: Authenticate
  readonly trail: Trail
  readonly log: PipelineLog
}): (request: ApiRequest) => Promise<ApiAnswer> {
  const { world, authenticate, trail, log } = parts
  const running = new Map<string, Promise<ApiAnswer>>()

  return async (request) => {
    // Ordered by time (RFC 9562): the trail's index by request then grows at its end, which costs a third less.
    const requestId = randomUUIDv7()
    try {
      const caller = await authenticate(request.raw)
      const operation = route(request, caller)
      const step = new Step({ request, requestId, caller, operation })
      if (operation.access === 'read') return await read(step)
      // The same bytes while the first are being answered: one act, one answer.
      const same = running.get(step.replayKey)
      if (same !== undefined) return repeated(operation, await same)
      const answer = write(step).finally(() => running.delete(step.replayKey))
      running.set(step.replayKey, answer)
      return await answer
    } catch (error) {
      return refusal(requestId, error)
    }
  }

  async function read(step: Step): Promise<ApiAnswer> {
    const { input, act } = await admit(step)
    const call = callOf(step, undefined)
    let output: object
    try {
      output = await step.operation.run(input, call, undefined as never)
    } catch (error) {
      await trail.complete(act, outcomeOf(error))
      throw error
    }
    await trail.complete(act, {})
    return { requestId: step.requestId, status: 200, body: JSON.stringify(output) }
  }

  async function write(step: Step): Promise<ApiAnswer> {
    const { input, act, resources, explanation } = await admit(step)
    const { operation, requestId, replayKey } = step
    const replay: ReplayKey = { key: replayKey, until: world.now() + REPLAY_KEPT_MS }
    // Asking changes nothing, so it may run beside the write of the intent; its refusal is looked at after.
    const [intent, prepared] = await Promise.all([
      trail.intent(act, replay, explanation),
      settle(async () => operation.prepare?.(input, callOf(step, undefined), resources)),
    ])
    if (intent.kind === 'repeated') {
      if (intent.answer === undefined) {
        throw instanceUnavailable(
          'This very request was received before and its outcome is not known. Sign a new one.',
        )
      }
      return { requestId, ...intent.answer }
    }
    let answer: ApiAnswer
    let outcome: Outcome
    try {
      if (prepared.kind === 'failed') throw prepared.error
      const output = await operation.run(input, callOf(step, intent), prepared.value as never)
      answer = { requestId, status: 200, body: JSON.stringify(output) }
      outcome = {
        explanation,
        responseElements: operation.answersSecret ? null : lowerFirst(output),
      }
    } catch (error) {
      answer = refusal(requestId, error)
      outcome = { explanation, ...outcomeOf(error) }
    }
    try {
      await trail.outcome(act, outcome, { replayKey, ...keptAnswer(operation, answer) })
    } catch (error) {
      log.error({ requestId, error: describe(error) }, 'the outcome was not recorded')
      throw outcomeUnknown(requestId)
    }
    return answer
  }

  /** Parse and authorize; a refusal of either is on record before it is told. */
  async function admit(step: Step) {
    const { operation, caller, request } = step
    let act = step.actOf(world.realm, undefined)
    try {
      const fields = parseJsonObject(request.raw.body) as Fields
      const input = operation.parse(fields)
      act = step.actOf(world.realm, input)
      const resources = await operation.resources(input, world)
      act = {
        ...act,
        resourceArns: resources.map((resource) => resource.arn).filter((arn) => arn !== '*'),
      }
      const explanation = operation.needsNoPermission
        ? ''
        : authorize({
            caller,
            principalArn: principalArn(caller.principal, world.realm),
            action: operation.action,
            resources,
            context: operation.context?.(input) ?? {},
            sourceAddress: request.sourceAddress,
            secureTransport: request.tls !== undefined,
            realm: world.realm,
            now: world.now(),
          })
      return { input, act, resources, explanation }
    } catch (error) {
      await trail.complete(act, outcomeOf(error))
      throw error
    }
  }

  function callOf(step: Step, intent: Call['intent']): Call {
    const { principal, accessKeyId } = step.caller
    return {
      ...world,
      requestId: step.requestId,
      principal,
      principalArn: principalArn(principal, world.realm),
      accessKeyId,
      intent,
    }
  }

  function refusal(requestId: string, error: unknown): ApiAnswer {
    const known = error instanceof ServiceException ? error : internalFailure(requestId)
    if (known !== error) log.error({ requestId, error: describe(error) }, 'request failed')
    // Who could not prove who they are stands nowhere but here: a flood of strangers must not fill the trail.
    else log.info({ requestId, code: known.code }, 'refused')
    return { requestId, status: known.status, body: encodeJsonError(known) }
  }
}

/** What one request is, once it is known who sent it and what for. */
class Step {
  readonly request: ApiRequest
  readonly requestId: string
  readonly caller: Caller
  readonly operation: AnyOperation

  constructor(parts: {
    request: ApiRequest
    requestId: string
    caller: Caller
    operation: AnyOperation
  }) {
    this.request = parts.request
    this.requestId = parts.requestId
    this.caller = parts.caller
    this.operation = parts.operation
  }

  get replayKey(): string {
    return `${this.caller.accessKeyId} ${this.caller.signature}`
  }

  /** `input` is undefined when the request could not even be parsed. */
  actOf(realm: Realm, input: unknown): Act {
    const { request, requestId, caller, operation } = this
    const { principal, accessKeyId } = caller
    const view = input === undefined ? undefined : operation.trail(input as never)
    return {
      requestId,
      eventName: operation.name,
      eventSource: `${operation.service}.amazonaws.com`,
      eventType: 'AwsApiCall',
      readOnly: operation.access === 'read',
      identity: {
        type: principal.kind === 'root' ? 'Root' : 'IAMUser',
        principalId: principalId(principal, realm),
        arn: principalArn(principal, realm),
        accountId: realm.accountId,
        accessKeyId,
        ...(principal.kind === 'user' ? { userName: principal.userName } : {}),
      },
      userName: principal.kind === 'user' ? principal.userName : 'root',
      sourceAddress: request.sourceAddress,
      userAgent: request.userAgent,
      ...(request.tls === undefined ? {} : { tls: request.tls }),
      resource: view?.instanceId ?? '',
      resourceArns: [],
      requestParameters: view?.requestParameters ?? null,
      facts: view?.facts ?? {},
    }
  }
}

function route(request: ApiRequest, caller: Caller): AnyOperation {
  const target =
    request.raw.headers.find(([name]) => name.toLowerCase() === 'x-amz-target')?.[1] ?? ''
  const operation = findOperation(target)
  if (operation === undefined) throw unknownOperation(target)
  // The signature names a service: it must be the one that is asked, or a key scoped to one API would work on all.
  if (operation.service !== caller.service) {
    throw invalidSignature(
      `Credential should be scoped to correct service: '${operation.service}' (target ${TARGET_PREFIXES[operation.service]}).`,
    )
  }
  return operation
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

/** CloudTrail's spelling: `AccessDenied` without `Exception`, anything unexpected as an internal failure. */
function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof ServiceException)) return { errorCode: 'InternalFailure' }
  return {
    errorCode: error.code === 'AccessDeniedException' ? 'AccessDenied' : error.code,
    errorMessage: error.message,
    ...(error.explanation === undefined ? {} : { explanation: error.explanation }),
  }
}

/** CloudTrail names members in lower camel case. */
function lowerFirst(output: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(output).map(([name, value]) => [
      `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
      value,
    ]),
  )
}

/** What a repeat gets that came while the first was being answered: what one gets that comes later. */
function repeated(operation: AnyOperation, first: ApiAnswer): ApiAnswer {
  return { requestId: first.requestId, ...keptAnswer(operation, first) }
}

/** A secret is told once: its repeat gets no second copy, and none is kept. */
function keptAnswer(operation: AnyOperation, answer: ApiAnswer) {
  if (operation.answersSecret !== true || answer.status !== 200) {
    return { status: answer.status, body: answer.body }
  }
  const spent = instanceUnavailable(
    'This very request was answered before, with a secret that is told only once.',
  )
  return { status: spent.status, body: encodeJsonError(spent) }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
