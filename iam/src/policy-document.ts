import { malformedPolicyDocument } from '@fleetkey/domain/exceptions'
import {
  isList,
  isObject,
  parseStrictJson,
  StrictJsonError,
  type JsonValue,
} from '@fleetkey/domain/strict-json'
import { quote } from './quote.ts'
import { parseStatement, type DocumentKind, type Statement } from './statement.ts'
import type { PolicyVersion } from './variables.ts'

/**
 * A policy document in its compiled form: parse it once per policy version and keep it, evaluating it costs
 * microseconds (IAM User Guide, reference_policies_grammar).
 */
export interface PolicyDocument {
  /** 2008-10-17 when the document does not say. */
  readonly version: PolicyVersion
  readonly id: string | undefined
  /** At least one. */
  readonly statements: readonly Statement[]
}

/** The largest document that IAM takes in a request, in characters (botocore, `policyDocumentType`). */
const maximumLength = 131_072

/**
 * Reads a policy: `identity` is an inline one, `managed` also a permissions boundary. Whatever is not understood is refused, with AWS's sentence first and, where that one says
 * little, what to fix behind it. Throws MalformedPolicyDocument.
 */
export function parsePolicyDocument(text: string, kind: DocumentKind = 'identity'): PolicyDocument {
  if (text.length > maximumLength) {
    throw syntaxError(`The document is longer than ${maximumLength} characters`)
  }
  if (/[^\t\n\r\u0020-\u00ff]/.test(text)) {
    throw syntaxError('The document has a character beyond U+00FF or a control character')
  }
  const json = readJson(text)
  if (!isObject(json)) throw syntaxError('The document is not a JSON object')
  checkElements(json)
  const version = parseVersion(json.get('Version'))
  const id = parseId(json.get('Id'))
  const statements = parseStatements(json.get('Statement'), { version, kind })
  refuseDoubledSids(statements)
  return { version, id, statements }
}

/** A policy needs six levels (document, statements, statement, Condition, operator, values). */
const maximumDepth = 10

function readJson(text: string): JsonValue {
  try {
    return parseStrictJson(text, maximumDepth)
  } catch (error) {
    if (error instanceof StrictJsonError) throw syntaxError(`It is not JSON ${error.message}`)
    throw error
  }
}

function checkElements(json: ReadonlyMap<string, JsonValue>): void {
  for (const name of json.keys()) {
    if (name !== 'Version' && name !== 'Id' && name !== 'Statement') {
      throw syntaxError(`The document has an unknown element ${quote(name)}`)
    }
  }
}

function parseVersion(json: JsonValue | undefined): PolicyVersion {
  if (json === undefined) return '2008-10-17'
  if (json === '2012-10-17' || json === '2008-10-17') return json
  throw syntaxError('The Version must be "2012-10-17" or "2008-10-17"')
}

function parseId(json: JsonValue | undefined): string | undefined {
  if (json === undefined || typeof json === 'string') return json
  throw syntaxError('The Id is not a text')
}

function parseStatements(
  json: JsonValue | undefined,
  place: { readonly version: PolicyVersion; readonly kind: DocumentKind },
) {
  const list = isList(json) ? json : json === undefined ? [] : [json]
  if (list.length === 0) throw syntaxError('The document has no Statement')
  return list.map((statement, index) => parseStatement(statement, { ...place, number: index + 1 }))
}

function refuseDoubledSids(statements: readonly Statement[]): void {
  const sids = statements.flatMap(({ sid }) => sid ?? [])
  if (new Set(sids).size === sids.length) return
  throw malformedPolicyDocument('Statement IDs (SID) in a single policy must be unique.')
}

function syntaxError(detail: string) {
  return malformedPolicyDocument(`Syntax errors in policy. ${detail}.`)
}
