import { missingAction, serializationFailure } from '@fleetkey/domain/exceptions/request'
import { QueryText, type Fields } from './fields.ts'
import { decodeQueryForm } from './query-form.ts'
import { shownText } from './shown-text.ts'

/** `IpPermissions.1.IpRanges.1.CidrIp` has five parts; deeper than this is nested by nobody but to exhaust the stack. */
const DEEPEST = 16

export interface QueryRequest {
  readonly action: string
  /** Of the API that is spoken, `2010-05-08`. */
  readonly version: string | undefined
  /** Without Action and Version; every text in it is a `QueryText`. */
  readonly fields: Fields
}

/** What one name of the form leads to: a value, or the names below it. */
type Node = string | Map<string, Node>

/**
 * Parses a request of the AWS Query protocol: the body of a POST, or the query of a GET without its `?` (names that begin with `X-Amz-` are
 * its signature and left out). Names say how values nest (Smithy, "AWS query protocol"): a list is `Tags.member.1`, flat `Tag.1`, or
 * empty `Tags=`; a structure `Tags.member.1.Key`; a map `Attributes.entry.1.key` with `.value`. Lists count from 1, in any order,
 * without gaps.
 *
 * Throws `MalformedQueryString` for what is no form, `MissingAction`, and `SerializationException` (in Query `MalformedInput`)
 * for names that contradict each other: of two readings one might be checked and the other done. None holds a value.
 */
export function parseQueryRequest(form: Uint8Array | string): QueryRequest {
  const root = new Map<string, Node>()
  for (const [name, value] of decodeQueryForm(form)) {
    if (!name.startsWith('X-Amz-')) insert(root, name, value)
  }
  const action = takeText(root, 'Action')
  const version = takeText(root, 'Version')
  if (action === undefined || action === '') throw missingAction()
  const listed = [...root.keys()].find(isNumber)
  if (listed !== undefined) throw contradiction(listed, 'the request itself is not a list')
  return {
    action,
    version,
    fields: new Map([...root].map(([name, node]) => [name, valueOf(node, name)])),
  }
}

function insert(root: Map<string, Node>, name: string, value: string): void {
  // One more than is allowed, so that a name of a million dots costs no more than its length.
  const parts = name.split('.', DEEPEST + 1)
  if (parts.length > DEEPEST) {
    throw contradiction(name, `nested deeper than ${DEEPEST} levels`)
  }
  if (parts.includes('')) throw contradiction(name, 'a part of the name is empty')
  const last = parts.pop() ?? ''
  let parent = root
  for (const part of parts) {
    const below = parent.get(part) ?? new Map<string, Node>()
    if (typeof below === 'string') throw contradiction(name, 'given both as a value and as more')
    parent.set(part, below)
    parent = below
  }
  if (parent.has(last)) {
    const earlier = parent.get(last)
    throw contradiction(
      name,
      typeof earlier === 'string' ? 'given more than once' : 'given both as a value and as more',
    )
  }
  parent.set(last, value)
}

function takeText(root: Map<string, Node>, name: string): string | undefined {
  const node = root.get(name)
  if (node !== undefined && typeof node !== 'string') throw contradiction(name, 'not a text')
  root.delete(name)
  return node
}

function valueOf(node: Node, name: string): unknown {
  if (typeof node === 'string') return new QueryText(node)
  const names = [...node.keys()]
  if (names.some(isNumber)) return listOf(node, name)
  const members = node.get('member')
  if (isList(members)) {
    if (names.length > 1) throw contradiction(name, 'given both as a list and as a structure')
    return listOf(members, `${name}.member`)
  }
  const entries = node.get('entry')
  if (isList(entries) && names.length === 1) return mapOf(entries, `${name}.entry`)
  return record([...node].map(([member, below]) => [member, valueOf(below, `${name}.${member}`)]))
}

/** Looks for 1 to as many as there are, so that `member.999999999` costs nothing. */
function listOf(node: ReadonlyMap<string, Node>, name: string): readonly unknown[] {
  return Array.from({ length: node.size }, (_, index) => {
    const place = String(index + 1)
    const item = node.get(place)
    if (item === undefined) {
      throw contradiction(name, `${place} is missing among the numbers that count its items`)
    }
    return valueOf(item, `${name}.${place}`)
  })
}

/** As JSON has it: an object. */
function mapOf(node: ReadonlyMap<string, Node>, name: string): unknown {
  const entries = listOf(node, name).map((entry, index) => {
    const { key, value, ...more } = entry as Record<string, unknown>
    if (!(key instanceof QueryText) || value === undefined || Object.keys(more).length > 0) {
      throw contradiction(`${name}.${index + 1}`, 'an entry of a map is a key and a value')
    }
    return [key.text, value] as const
  })
  const keys = new Set(entries.map(([key]) => key))
  if (keys.size < entries.length) throw contradiction(name, 'a key is given more than once')
  return record(entries)
}

/** Without prototype, so that `__proto__` is a name like others. */
function record(members: readonly (readonly [string, unknown])[]): unknown {
  const made = Object.create(null) as Record<string, unknown>
  for (const [name, value] of members) made[name] = value
  return made
}

const isNumber = (name: string): boolean => /^[0-9]+$/.test(name)

function isList(node: Node | undefined): node is Map<string, Node> {
  return node instanceof Map && [...node.keys()].some(isNumber)
}

function contradiction(name: string, problem: string) {
  return serializationFailure(`The member '${shownText(name, 100)}' cannot be read: ${problem}.`)
}
