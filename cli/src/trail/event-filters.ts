import { isIP } from 'node:net'
import type { ApiClient } from '../api/api-client.ts'
import { Failure, usageFailure } from '../failure.ts'
import { findInstance, isInstanceId } from '../instance/find-instance.ts'
import { parseMoment } from '../moment.ts'
import type { EventFilter, EventSearch } from './search-events.ts'

/** What `fleetkey events` is asked for. */
export interface EventFlags {
  readonly instance?: string
  readonly notInstance: readonly string[]
  readonly tag: readonly string[]
  readonly principal: readonly string[]
  readonly osUser?: string
  readonly key?: string
  readonly from: readonly string[]
  readonly event: readonly string[]
  readonly source?: string
  readonly outcome: readonly string[]
  readonly requestId?: string
  readonly eventId?: string
  readonly accessKey?: string
  readonly resource?: string
  readonly text?: string
  readonly reads?: true
  readonly changes?: true
  readonly since?: string
  readonly until?: string
  readonly all?: true
}

/** The search that the flags ask for. Throws a usage failure for what cannot be meant. */
export async function eventSearch(
  api: Pick<ApiClient, 'call'>,
  flags: EventFlags,
  now: number,
): Promise<EventSearch> {
  if (flags.reads && flags.changes) {
    throw usageFailure('--reads and --changes leave nothing.', 'Leave one of them out.')
  }
  const { text, since, until } = flags
  const start = since === undefined ? undefined : parseMoment(since, now)
  const end = until === undefined ? undefined : parseMoment(until, now)
  if (start !== undefined && end !== undefined && start > end) {
    throw usageFailure(`--since ${since} is after --until ${until}.`, 'Swap them.')
  }
  const asked: readonly (readonly [string, readonly (string | undefined)[]])[] = [
    ['instance', await instanceNames(api, flags.instance)],
    ['not:instance', await idsOfAll(api, flags.notInstance)],
    ['principal', flags.principal],
    ['os-user', [flags.osUser]],
    ['fingerprint', [flags.key]],
    ['source-address', flags.from],
    ['event-name', flags.event],
    ['event-source', [flags.source && sourceName(flags.source)]],
    ['outcome', flags.outcome],
    ['request-id', [flags.requestId]],
    ['event-id', [flags.eventId]],
    ['access-key-id', [flags.accessKey]],
    ['resource', [flags.resource]],
    ['read-only', [flags.reads && 'true', flags.changes && 'false']],
  ]
  const filters = asked.flatMap(([Name, values]) => {
    const Values = values.filter((value) => value !== undefined)
    return Values.length === 0 ? [] : [{ Name, Values }]
  })
  // Whoever asks for reads by name wants to see them.
  const wantsAll = flags.all || flags.reads || flags.event.length > 0
  const wantsOne = flags.requestId !== undefined || flags.eventId !== undefined
  return {
    Filters: [...filters, ...flags.tag.map(tagFilter)],
    Detail: wantsAll || wantsOne ? 'acts' : 'notable',
    ...(text === undefined ? {} : { Text: text }),
    ...(start === undefined ? {} : { StartTime: Math.floor(start / 1000) }),
    ...(end === undefined ? {} : { EndTime: Math.floor(end / 1000) }),
  }
}

/** By its id where there is one: others may have been called so, and are meant. */
async function idsOfAll(
  api: Pick<ApiClient, 'call'>,
  meant: readonly string[],
): Promise<readonly string[]> {
  const names = await Promise.all(meant.map((one) => instanceNames(api, one)))
  return names.flatMap(([id]) => id ?? [])
}

/** By its id and by its name: what is gone or was renamed is still found by what it was called. */
async function instanceNames(
  api: Pick<ApiClient, 'call'>,
  meant: string | undefined,
): Promise<readonly string[]> {
  if (meant === undefined || isInstanceId(meant)) return meant === undefined ? [] : [meant]
  try {
    const { instanceId } = await findInstance(api, meant)
    return isIP(meant) ? [instanceId] : [instanceId, meant]
  } catch (error) {
    // Gone, one of several, or not to be seen by who asks: the trail still has the name. An address it has not.
    if (error instanceof Failure && isIP(meant) === 0) return [meant]
    throw error
  }
}

function tagFilter(text: string): EventFilter {
  const [key = '', ...rest] = text.split('=')
  if (key !== '' && rest.length > 0) return { Name: `tag:${key}`, Values: [rest.join('=')] }
  throw usageFailure(`"${text}" is not a tag.`, 'Write it like --tag Env=prod')
}

/** `iam` is `iam.amazonaws.com`. */
const sourceName = (text: string) => (text.includes('.') ? text : `${text}.amazonaws.com`)
