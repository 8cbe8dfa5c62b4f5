import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { membersOf } from './raw-json.ts'
import type { Line } from './lines.ts'

/** A line of cases, its members still as text. */
export interface CaseLine {
  /** As it was written; `null` when there is none that can be read. */
  readonly id: string
  readonly pieces: ReadonlyMap<string, string>
  readonly fault: ServiceException | undefined
}

/** Members that are not `known` are left alone: cases carry notes. */
export function readCaseLine(line: Line): CaseLine {
  if ('fault' in line) return { id: 'null', pieces: new Map(), fault: faultOf(line.fault) }
  const { pieces, fault } = membersOf(line.text)
  const id = pieces.get('id')
  if (id !== undefined && !isJson(id)) {
    return { id: 'null', pieces, fault: faultOf('its id is not JSON') }
  }
  return { id: id ?? 'null', pieces, fault: fault === undefined ? undefined : faultOf(fault) }
}

/** The refusal as one text, as it stands in an answer. Anything else is a bug, and not an answer. */
export function refusalText(error: unknown): string {
  if (error instanceof ServiceException) return `${error.code}: ${error.message}`
  throw error
}

export function faultOf(detail: string): ServiceException {
  return validationFailure(`The line cannot be read: ${detail}.`)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
