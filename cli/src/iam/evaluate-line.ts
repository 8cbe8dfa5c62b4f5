import {
  isList,
  isObject,
  parseStrictJson,
  StrictJsonError,
  type JsonValue,
} from '@fleetkey/domain/strict-json'
import type { AccessRequest } from '@fleetkey/iam/access-request'
import { evaluate } from '@fleetkey/iam/evaluate'
import type { NamedPolicy, PolicySet } from '@fleetkey/iam/policy-set'
import type { ContextValue } from '@fleetkey/iam/request-context'
import type { DocumentKind } from '@fleetkey/iam/statement'
import { faultOf, readCaseLine, refusalText } from './case-line.ts'
import type { DocumentCache } from './document-cache.ts'
import type { Line } from './lines.ts'
import { elementsOf, readText } from './raw-json.ts'

/**
 * Decides one case: `{"id", "policies", "boundary", "session", "trust", "request"}`. What cannot be read is denied, and the
 * answer says why.
 */
export function evaluateLine(line: Line, documents: DocumentCache): string {
  const { id, pieces, fault } = readCaseLine(line)
  try {
    if (fault !== undefined) throw fault
    const request = readRequest(pieces.get('request'))
    const policies = readPolicies(pieces, { documents, action: request.action })
    return `{"id":${id},"decision":"${evaluate(request, policies).kind}"}`
  } catch (error) {
    return `{"id":${id},"decision":"implicitDeny","error":${JSON.stringify(refusalText(error))}}`
  }
}

interface Reading {
  readonly documents: DocumentCache
  readonly action: string
}

function readPolicies(
  pieces: ReadonlyMap<string, string>,
  { documents, action }: Reading,
): PolicySet {
  const read = (piece: string, kind: DocumentKind, name: string): NamedPolicy => ({
    name,
    document: documents.get(documentText(piece), kind),
  })
  const policies = elementsOf(pieces.get('policies') ?? '')
  if (policies === undefined) throw faultOf('policies is not a list')
  const boundary = present(pieces.get('boundary'))
  const session = present(pieces.get('session'))
  const sessions = session === undefined ? [] : (elementsOf(session) ?? [session])
  const trust = present(pieces.get('trust'))
  return {
    identity: policies.map((piece, index) => read(piece, 'identity', `policy ${index + 1}`)),
    boundary: boundary === undefined ? undefined : read(boundary, 'identity', 'boundary'),
    // None was passed: then none limits the session.
    session:
      sessions.length === 0
        ? undefined
        : sessions.map((piece) => read(piece, 'session', 'session')),
    // Only requests to STS are the trust policy's business.
    trust:
      trust === undefined || !/^sts:/i.test(action) ? undefined : read(trust, 'trust', 'trust'),
  }
}

const present = (piece: string | undefined) => (piece === 'null' ? undefined : piece)

/** A document comes as JSON, or as the text of it. */
function documentText(piece: string): string {
  return readText(piece) ?? piece
}

/** request, context, a list, its values. */
const REQUEST_DEPTH = 4

function readRequest(piece: string | undefined): AccessRequest {
  if (piece === undefined) throw faultOf('it has no request')
  const request = readJson(piece)
  if (!isObject(request)) throw faultOf('request is not an object')
  return {
    principal: readMember(request, 'principal'),
    action: readMember(request, 'action'),
    resource: readMember(request, 'resource'),
    context: readContext(request.get('context')),
  }
}

function readJson(piece: string): JsonValue {
  try {
    return parseStrictJson(piece, REQUEST_DEPTH)
  } catch (error) {
    if (error instanceof StrictJsonError) throw faultOf(`request is not JSON ${error.message}`)
    throw error
  }
}

function readMember(request: ReadonlyMap<string, JsonValue>, name: string): string {
  const value = request.get(name)
  if (typeof value === 'string') return value
  throw faultOf(`request.${name} is not a text`)
}

function readContext(json: JsonValue | undefined): ReadonlyMap<string, ContextValue> {
  if (json === undefined) return new Map()
  if (!isObject(json)) throw faultOf('request.context is not an object')
  const context = new Map<string, ContextValue>()
  for (const [key, value] of json) context.set(key, readValue(value))
  return context
}

function readValue(value: JsonValue): ContextValue {
  if (typeof value === 'string') return value
  if (!isList(value)) throw faultOf('a value of request.context is neither a text nor a list')
  return value.map((item) => {
    if (typeof item === 'string') return item
    throw faultOf('a list in request.context has something else than texts in it')
  })
}
