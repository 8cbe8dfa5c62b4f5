import { malformedPolicyDocument } from '@fleetkey/domain/exceptions'
import { compileCondition, type Condition } from './condition/condition.ts'
import { isList, isObject, type JsonValue } from '@fleetkey/domain/strict-json'
import { compileAction, type ActionPattern } from './match-action.ts'
import { compileResource, type ResourcePattern } from './match-resource.ts'
import { parsePrincipal, type PrincipalElement } from './principal-element.ts'
import { quote } from './quote.ts'
import type { PolicyVersion } from './variables.ts'

/** One statement, ready to be evaluated (IAM User Guide, reference_policies_elements). */
export interface Statement {
  /** Position in its document, from 1. */
  readonly number: number
  readonly sid: string | undefined
  readonly effect: 'Allow' | 'Deny'
  readonly action: {
    readonly element: 'Action' | 'NotAction'
    readonly entries: readonly ActionPattern[]
  }
  /** Undefined in a trust policy, which is about the role that it belongs to. */
  readonly resource: ResourceElement | undefined
  /** Whom it is about; only in a trust policy. */
  readonly principal: PrincipalElement | undefined
  /** All of them must hold. */
  readonly conditions: readonly Condition[]
}

export interface ResourceElement {
  readonly element: 'Resource' | 'NotResource'
  readonly entries: readonly ResourcePattern[]
}

/** What a document is for; trust policies have a Principal and no Resource, the others the other way round. */
export type DocumentKind = 'identity' | 'managed' | 'trust' | 'session'

interface Place {
  readonly number: number
  readonly version: PolicyVersion
  readonly kind: DocumentKind
}

/** Throws MalformedPolicyDocument. */
export function parseStatement(json: JsonValue, { number, version, kind }: Place): Statement {
  if (!isObject(json)) throw syntaxError(`Statement ${number} is not a JSON object`)
  checkElements(json, { number, kind })
  const effect = parseEffect(json.get('Effect'), number)
  const conditions = parseConditions(json.get('Condition'), { number, version })
  const sid = parseSid(json.get('Sid'), number)
  const action = chooseElement(json, ['Action', 'NotAction'], number)
  if (action.values.length === 0) {
    throw malformedPolicyDocument('Policy statement must contain actions.')
  }
  const resource = kind === 'trust' ? undefined : parseResource(json, { number, version })
  const principal = kind === 'trust' ? parsePrincipal(json.get('Principal')) : undefined
  return {
    number,
    sid,
    effect,
    action: { element: action.name, entries: action.values.map(compileAction) },
    resource,
    principal,
    conditions,
  }
}

const known = new Set([
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Principal',
  'Condition',
])

/** An element that is not understood may be the one that limits the statement, so it is never skipped. */
function checkElements(
  json: ReadonlyMap<string, JsonValue>,
  { number, kind }: Pick<Place, 'number' | 'kind'>,
): void {
  for (const name of json.keys()) {
    if (kind !== 'trust' && (name === 'Principal' || name === 'NotPrincipal')) {
      throw malformedPolicyDocument('Policy document should not specify a principal.')
    }
    // Whoever is not named would be trusted.
    if (name === 'NotPrincipal') {
      throw malformedPolicyDocument('AssumeRole policy may not specify NotPrincipal.')
    }
    if (kind === 'trust' && (name === 'Resource' || name === 'NotResource')) {
      throw malformedPolicyDocument('Has prohibited field Resource')
    }
    if (!known.has(name)) {
      throw syntaxError(`Statement ${number} has an unknown element ${quote(name)}`)
    }
  }
}

function parseEffect(json: JsonValue | undefined, number: number): 'Allow' | 'Deny' {
  if (json === 'Allow' || json === 'Deny') return json
  if (typeof json === 'string' && /^(allow|deny)$/i.test(json)) {
    throw malformedPolicyDocument(
      `The policy failed legacy parsing. The Effect of statement ${number} is ${quote(json)}; write "Allow" or "Deny".`,
    )
  }
  throw syntaxError(`The Effect of statement ${number} must be "Allow" or "Deny"`)
}

function parseSid(json: JsonValue | undefined, number: number): string | undefined {
  if (json === undefined) return undefined
  if (typeof json !== 'string') throw syntaxError(`The Sid of statement ${number} is not a text`)
  if (!/^[0-9A-Za-z]*$/.test(json)) {
    throw malformedPolicyDocument(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    )
  }
  return json === '' ? undefined : json
}

function parseResource(
  json: ReadonlyMap<string, JsonValue>,
  { number, version }: Pick<Place, 'number' | 'version'>,
): ResourceElement {
  const { name, values } = chooseElement(json, ['Resource', 'NotResource'], number)
  if (values.length === 0) {
    throw malformedPolicyDocument('Policy statement must contain resources.')
  }
  return { element: name, entries: values.map((text) => compileResource(text, version)) }
}

/** The one of two elements that is there, e.g. Action or NotAction; no values when neither is. */
function chooseElement<Name extends string>(
  json: ReadonlyMap<string, JsonValue>,
  names: readonly [Name, Name],
  number: number,
): { name: Name; values: readonly string[] } {
  const [plain, negated] = names
  if (json.has(plain) && json.has(negated)) {
    throw syntaxError(`Statement ${number} has both ${plain} and ${negated}`)
  }
  const name = json.has(negated) ? negated : plain
  const value = json.get(name) ?? []
  const values = isList(value) ? value : [value]
  return {
    name,
    values: values.map((item) => {
      if (typeof item === 'string') return item
      throw syntaxError(`${name} of statement ${number} must be a text or a list of texts`)
    }),
  }
}

function parseConditions(
  json: JsonValue | undefined,
  { number, version }: Pick<Place, 'number' | 'version'>,
) {
  if (json === undefined) return []
  if (!isObject(json)) throw syntaxError(`The Condition of statement ${number} is not an object`)
  return [...json].flatMap(([operator, keys]): Condition[] => {
    if (!isObject(keys)) {
      throw syntaxError(`${quote(operator)} in statement ${number} is not an object`)
    }
    // Like IAM we accept any operator without keys: it limits nothing.
    refuseDoubledKeys([...keys.keys()], number)
    return [...keys].map(([key, values]) => {
      const wanted = (isList(values) ? values : [values]).map((value) => asText(value, number))
      return compileCondition({ operator, key, wanted }, version)
    })
  })
}

/** Key names are case-insensitive, so two spellings are the same key twice. */
function refuseDoubledKeys(keys: readonly string[], number: number): void {
  if (new Set(keys.map((key) => key.toLowerCase())).size === keys.length) return
  throw syntaxError(`A condition operator of statement ${number} has one key in two spellings`)
}

/** The quotes round numbers and booleans are optional. */
function asText(value: JsonValue, number: number): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (value !== null && 'kind' in value) return value.text
  throw syntaxError(`A condition value of statement ${number} is not a text, number or boolean`)
}

function syntaxError(detail: string) {
  return malformedPolicyDocument(`Syntax errors in policy. ${detail}.`)
}
