import { malformedPolicyDocument } from '@fleetkey/domain/exceptions/iam'
import {
  isList,
  isObject,
  parseStrictJson,
  StrictJsonError,
  type JsonValue,
  type Places,
} from '@fleetkey/domain/strict-json'
import { quote } from './quote.ts'
import { compileStatements, type DocumentKind, type Statement } from './statement.ts'
import { positionsIn } from './position.ts'
import { readStatement, syntaxError, type WrittenStatement } from './statement-syntax.ts'
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
 * Reads a policy; `kind` says what for. Whatever is not understood is refused, with AWS's sentence first and, where that one
 * says little, what to fix behind it. Of several faults the one is named that IAM finds first. Sizes are not looked at, see
 * `quotas.ts`. Throws MalformedPolicyDocument.
 */
export function parsePolicyDocument(text: string, kind: DocumentKind = 'identity'): PolicyDocument {
  if (text.length > maximumLength) {
    throw syntaxError(`The document is longer than ${maximumLength} characters`)
  }
  if (/[^\t\n\r\u0020-\u00ff]/.test(text)) {
    throw syntaxError('The document has a character beyond U+00FF or a control character')
  }
  const places: Places = new Map()
  const json = readJson(text, places)
  if (!isObject(json)) throw syntaxError('The document is not a JSON object')
  checkElements(json)
  const version = readVersion(json.get('Version'))
  const id = readId(json.get('Id'))
  const written = readStatements(json.get('Statement'), { text, places })
  if (kind === 'managed' && json.get('Version') !== '2012-10-17') {
    throw malformedPolicyDocument('Policy document must be version 2012-10-17 or greater.')
  }
  return { version, id, statements: compileStatements(written, { version, kind }) }
}

/** A policy needs six levels (document, statements, statement, Condition, operator, values). */
const maximumDepth = 10

function readJson(text: string, places: Places): JsonValue {
  try {
    return parseStrictJson(text, maximumDepth, places)
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

function readVersion(json: JsonValue | undefined): PolicyVersion {
  if (json === undefined) return '2008-10-17'
  if (json === '2012-10-17' || json === '2008-10-17') return json
  throw syntaxError('The Version must be "2012-10-17" or "2008-10-17"')
}

function readId(json: JsonValue | undefined): string | undefined {
  if (json === undefined || typeof json === 'string') return json
  throw syntaxError('The Id is not a text')
}

function readStatements(
  json: JsonValue | undefined,
  { text, places }: { readonly text: string; readonly places: Places },
): readonly WrittenStatement[] {
  const list = isList(json) ? json : json === undefined ? [] : [json]
  if (list.length === 0) throw syntaxError('The document has no Statement')
  const positionAt = positionsIn(text)
  return list.map((statement, index) => {
    const read = readStatement(statement, index + 1)
    const { from = 0, to = 0 } = (isObject(statement) && places.get(statement)) || {}
    return { ...read, start: positionAt(from), end: positionAt(to) }
  })
}
