/**
 * What is signed between server and agent: a domain line, then JSON whose fields stand in one fixed order. Decoding is strict: the text
 * must be exactly what encoding the decoded fields gives again, so there are no unknown or repeated fields, no trailing bytes and only one
 * spelling of each statement. The domain line keeps a signature over one kind from ever being taken for another
 * (the confusion behind CVE-2025-49825). Signatures are Ed25519 (RFC 8032), always; there is no algorithm field to lie in.
 */
export interface StatementKind<Fields> {
  /** e.g. `fleetkey-grant-v1` */
  readonly domain: string
  readonly fields: { readonly [Name in keyof Fields]: FieldCheck<Fields[Name]> }
}

export type FieldCheck<Value> = (value: unknown) => value is Value

/** Statements longer than this are refused before they are parsed. */
const MAX_STATEMENT_LENGTH = 16_384

export function encodeStatement<Fields extends object>(
  kind: StatementKind<Fields>,
  fields: Fields,
): string {
  const ordered = Object.keys(kind.fields).map((name) => [name, fields[name as keyof Fields]])
  return `${kind.domain}\n${JSON.stringify(Object.fromEntries(ordered))}`
}

/** The fields, or undefined when `text` is not exactly one statement of this kind. */
export function decodeStatement<Fields extends object>(
  kind: StatementKind<Fields>,
  text: string,
): Fields | undefined {
  if (text.length > MAX_STATEMENT_LENGTH || !text.startsWith(`${kind.domain}\n`)) return undefined
  let value: unknown
  try {
    value = JSON.parse(text.slice(kind.domain.length + 1))
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const found = value as Record<string, unknown>
  const names = Object.keys(kind.fields) as (keyof Fields & string)[]
  if (!names.every((name) => Object.hasOwn(found, name) && kind.fields[name](found[name]))) {
    return undefined
  }
  const fields = found as Fields
  return encodeStatement(kind, fields) === text ? fields : undefined
}

// Field checks shared by the statements -------------------------------------------------------------

export const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 4096
export const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0
/** 32 bytes in base64: an Ed25519 public key or a SHA-256 digest. */
export const isBytes32 = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9+/]{43}=$/.test(value)
