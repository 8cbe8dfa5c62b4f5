import { TERMINALS_PATH } from '@fleetkey/wire/terminal/protocol'
import { ApiRefusal } from '../../api/api-refusal.ts'
import { csrfToken } from '../../api/console-session.ts'

/** Answers to all but bytes come within this. Milliseconds. */
export const DOOR_DEADLINE_MS = 30_000

export interface Moving {
  readonly signal: AbortSignal
  /** Bytes so far, of the whole. */
  readonly onProgress: (bytes: number) => void
}

interface Asked {
  readonly method?: string
  readonly signal?: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
  readonly hasNoDeadline?: boolean
}

/** Asks a door of a terminal's files. @throws ApiRefusal */
export async function ask(door: string, asked: Asked): Promise<Response> {
  const { method = 'GET', signal, headers = {}, hasNoDeadline } = asked
  const signals = [
    ...(signal === undefined ? [] : [signal]),
    ...(hasNoDeadline === true ? [] : [AbortSignal.timeout(DOOR_DEADLINE_MS)]),
  ]
  let response: Response
  try {
    response = await fetch(door, {
      method,
      headers: { 'x-fleetkey-csrf': csrfToken(), ...headers },
      signal: AbortSignal.any(signals),
    })
  } catch {
    if (signal?.aborted === true) throw signal.reason
    throw unreachable(
      method === 'GET'
        ? 'The control plane was not reached. Try again when the network is back.'
        : 'The control plane did not answer, so that it is not known whether it was done. List the folder again when the network is back.',
    )
  }
  if (response.ok) return response
  throw refusalOf(response.status, parseJson(await response.text()))
}

/** Its address. A name may be asked with several values. */
export function doorOf(
  terminalId: string,
  door: string,
  query: Readonly<Record<string, string>> | readonly (readonly [string, string])[],
): string {
  return `${TERMINALS_PATH}/${terminalId}/${door}?${new URLSearchParams(query as Record<string, string> | string[][]).toString()}`
}

/** Nobody answered. */
export const unreachable = (message: string) =>
  new ApiRefusal({ code: 'Unreachable', status: 0, message })

/** Something had come, or gone, before nobody answered any more. */
export class BrokenOff extends ApiRefusal {
  constructor() {
    const message =
      'The connection was lost. Go on when the network is back: what is there already is not sent again.'
    super({ code: 'Unreachable', status: 0, message })
  }
}

/** What a door says that is no success. */
export function refusalOf(status: number, body: unknown): ApiRefusal {
  const said = isRecord(body) ? body : {}
  const text = (name: string) => (typeof said[name] === 'string' ? said[name] : undefined)
  const says = text('message') ?? `The control plane answered with status ${status}`
  const mend = text('mend')
  return new ApiRefusal({
    code: text('code') ?? 'Unexpected',
    status,
    message: mend === undefined ? says : `${says.replace(/\.?$/, '.')} ${mend}`,
  })
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
