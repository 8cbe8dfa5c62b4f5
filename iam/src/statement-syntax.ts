import { malformedPolicyDocument } from '@fleetkey/domain/exceptions/iam'
import { isList, isObject, type JsonValue } from '@fleetkey/domain/strict-json'
import { knowsOperator, type WrittenCondition } from './condition/condition.ts'
import type { Position } from './position.ts'
import { quote } from './quote.ts'

/** A statement whose JSON has the right shape; what its texts mean is not looked at yet. */
export interface WrittenStatement {
  /** Position in its document, from 1. */
  readonly number: number
  readonly sid: string | undefined
  /** `Allow` or `Deny` in any letter case. */
  readonly effect: string
  readonly action: WrittenElement<'Action' | 'NotAction'>
  readonly resource: WrittenElement<'Resource' | 'NotResource'>
  /** Undefined when there is none. */
  readonly principal: JsonValue | undefined
  readonly hasNotPrincipal: boolean
  readonly conditions: readonly WrittenCondition[]
  readonly start: Position
  readonly end: Position
}

export interface WrittenElement<Name extends string> {
  readonly element: Name
  /** Undefined when there is neither of the two elements. */
  readonly values: readonly string[] | undefined
}

/** Throws MalformedPolicyDocument: "Syntax errors in policy." and what they are. */
export function readStatement(
  json: JsonValue,
  number: number,
): Omit<WrittenStatement, 'start' | 'end'> {
  if (!isObject(json)) throw syntaxError(`Statement ${number} is not a JSON object`)
  checkElements(json, number)
  return {
    number,
    sid: readSid(json.get('Sid'), number),
    effect: readEffect(json.get('Effect'), number),
    action: chooseElement(json, ['Action', 'NotAction'], number),
    resource: chooseElement(json, ['Resource', 'NotResource'], number),
    principal: json.get('Principal'),
    hasNotPrincipal: json.has('NotPrincipal'),
    conditions: readConditions(json.get('Condition'), number),
  }
}

const known = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
])

/** An element that is not understood may be the one that limits the statement, so it is never skipped. */
function checkElements(json: ReadonlyMap<string, JsonValue>, number: number): void {
  for (const name of json.keys()) {
    if (!known.has(name)) {
      throw syntaxError(`Statement ${number} has an unknown element ${quote(name)}`)
    }
  }
  if (json.has('Principal') && json.has('NotPrincipal')) {
    throw syntaxError(`Statement ${number} has both Principal and NotPrincipal`)
  }
}

function readSid(json: JsonValue | undefined, number: number): string | undefined {
  if (json === undefined || typeof json === 'string') return json
  throw syntaxError(`The Sid of statement ${number} is not a text`)
}

function readEffect(json: JsonValue | undefined, number: number): string {
  if (typeof json === 'string' && /^(allow|deny)$/i.test(json)) return json
  throw syntaxError(`The Effect of statement ${number} must be "Allow" or "Deny"`)
}

/** The one of two elements that is there, e.g. Action or NotAction. */
function chooseElement<Name extends string>(
  json: ReadonlyMap<string, JsonValue>,
  [plain, negated]: readonly [Name, Name],
  number: number,
): WrittenElement<Name> {
  if (json.has(plain) && json.has(negated)) {
    throw syntaxError(`Statement ${number} has both ${plain} and ${negated}`)
  }
  const element = json.has(negated) ? negated : plain
  const value = json.get(element)
  if (value === undefined) return { element, values: undefined }
  const isText = (item: JsonValue) => typeof item === 'string'
  // In a list of resources IAM takes null for nothing.
  const list = isList(value) ? value.filter((item) => item !== null || plain === 'Action') : [value]
  const values = list.filter(isText)
  if (values.length === list.length) return { element, values }
  throw syntaxError(`${element} of statement ${number} must be a text or a list of texts`)
}

function readConditions(json: JsonValue | undefined, number: number): readonly WrittenCondition[] {
  if (json === undefined) return []
  if (!isObject(json)) throw syntaxError(`The Condition of statement ${number} is not an object`)
  return [...json].flatMap(([operator, keys]) => {
    if (!isObject(keys)) {
      throw syntaxError(`${quote(operator)} in statement ${number} is not an object`)
    }
    // Like IAM we accept any operator without keys: it limits nothing.
    if (keys.size > 0 && !knowsOperator(operator)) {
      throw syntaxError(`The condition operator ${quote(operator)} is not known`)
    }
    refuseDoubledKeys([...keys.keys()], number)
    return [...keys].map(([key, values]) => ({
      operator,
      key,
      wanted: (isList(values) ? values : [values]).map((value) => asText(value, number)),
    }))
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

/** AWS's sentence, and behind it what to fix. */
export function syntaxError(detail: string) {
  return malformedPolicyDocument(`Syntax errors in policy. ${detail}.`)
}
