import { Document as YamlDocument, Scalar, visit } from 'yaml'
import { isList, isObject, parseStrictJson, type JsonValue } from '@fleetkey/domain/strict-json'
import { escapeActing } from '@fleetkey/domain/acting-characters'
import type { Directory, Holder, User } from './directory.ts'
import type { Document } from './document.ts'
import { FENCE_NAME } from './rights.ts'

/** The directory as an apply file: what comes back by applying it is the same. */
export function fileOf(directory: Directory): string {
  const { policies, groups, users, roles, providers } = directory
  const file = whatIsThere({
    policies: each(policies, ({ path, description, tags, document }) => ({
      path: ownPath(path),
      description,
      tags: sorted(tags),
      document: valueOf(document),
    })),
    groups: each(groups, (group) => ({
      ...holderOf(group),
      members: [...group.members].toSorted(),
    })),
    users: each(users, userOf),
    roles: each(roles, (role) => ({
      description: role.description,
      maxSession: spanOf(role.maxSessionSeconds),
      trust: valueOf(role.trust),
      ...userOf(role),
    })),
    providers: new Map(
      [...providers.values()].map(({ url, clientIds, claims }) => [
        url,
        whatIsThere({ clientIds: [...clientIds].toSorted(), claims: sorted(claims) }),
      ]),
    ),
  })
  const document = new YamlDocument(file)
  // In double quotes an acting character can be written out, and means itself again when it is read.
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && escapeActing(node.value) !== node.value) {
        node.type = Scalar.QUOTE_DOUBLE
      }
    },
  })
  return document
    .toString({ lineWidth: 0 })
    .split('\n')
    .map((line) => escapeActing(line))
    .join('\n')
}

type Value = string | readonly Value[] | ReadonlyMap<string, Value>

const each = <T>(
  all: ReadonlyMap<string, T>,
  show: (one: T) => Readonly<Record<string, Value>>,
): ReadonlyMap<string, Value> =>
  new Map(
    [...all]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, one]) => [name, whatIsThere(show(one))]),
  )

/** Without what is empty: a file says what there is. */
function whatIsThere(all: Readonly<Record<string, Value>>): ReadonlyMap<string, Value> {
  const isEmpty = (value: Value) =>
    value instanceof Map ? value.size === 0 : (value as string | readonly Value[]).length === 0
  return new Map(Object.entries(all).filter(([, value]) => !isEmpty(value)))
}

function holderOf({ path, attached, inline }: Holder) {
  const kept = [...inline].filter(([name]) => name !== FENCE_NAME)
  return {
    path: ownPath(path),
    policies: [...attached].toSorted(),
    inline: new Map(kept.map(([name, document]) => [name, valueOf(document)])),
  }
}

function userOf(user: User) {
  return { ...holderOf(user), boundary: user.boundary ?? '', tags: sorted(user.tags) }
}

const spanOf = (seconds: number): string =>
  seconds % 3600 === 0 ? `${seconds / 3600}h` : `${seconds}s`

const ownPath = (path: string): string => (path === '/' ? '' : path)

const sorted = (texts: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...texts].toSorted(([one], [other]) => (one < other ? -1 : 1)))

function valueOf({ text }: Document): Value {
  return toValue(parseStrictJson(text, 16))
}

function toValue(json: JsonValue): Value {
  if (typeof json === 'string') return json
  if (typeof json === 'boolean') return String(json)
  if (json === null) return ''
  if (isList(json)) return json.map(toValue)
  if (isObject(json)) return new Map([...json].map(([key, one]) => [key, toValue(one)]))
  return json.text
}
