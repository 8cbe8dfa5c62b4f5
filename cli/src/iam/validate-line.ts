import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import type { DocumentKind } from '@fleetkey/iam/statement'
import { validatePolicy } from '@fleetkey/iam/validate-policy'
import { faultOf, readCaseLine } from './case-line.ts'
import type { Line } from './lines.ts'
import { readText } from './raw-json.ts'

export const KINDS: readonly DocumentKind[] = ['identity', 'managed', 'trust', 'session']

/** Judges one document: `{"id", "kind", "document"}`; kind is `identity` when it is left out. */
export function validateLine(line: Line): string {
  const { id, pieces, fault } = readCaseLine(line)
  try {
    if (fault !== undefined) throw fault
    validatePolicy(readDocument(pieces.get('document')), readKind(pieces.get('kind')))
    return `{"id":${id},"valid":true}`
  } catch (error) {
    if (!(error instanceof ServiceException)) throw error
    const { code, message } = error
    return `{"id":${id},"valid":false,"code":${JSON.stringify(code)},"message":${JSON.stringify(message)}}`
  }
}

function readKind(piece: string | undefined): DocumentKind {
  const text = piece === undefined ? 'identity' : readText(piece)
  const kind = KINDS.find((one) => one === text)
  if (kind === undefined) throw faultOf(`kind is none of ${KINDS.join(', ')}`)
  return kind
}

/** The text of the document, or the document itself. */
function readDocument(piece: string | undefined): string {
  if (piece === undefined) throw faultOf('it has no document')
  return readText(piece) ?? piece
}
