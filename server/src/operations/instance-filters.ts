import { validationFailure } from '@fleetkey/domain/exceptions'
import type { Instance } from '@fleetkey/domain/instance'
import { compilePattern, matchesPattern, wildcardParts } from '@fleetkey/iam/wildcard'
import type { LinkState } from '../agents/presence.ts'

/** EC2's filters: all filters must match, each by any of its values; `*` and `?` are wildcards, case counts. */
export interface Filter {
  readonly name: string
  readonly values: readonly string[]
}

const MAX_FILTERS = 50
const MAX_VALUES = 200

export function parseFilters(value: unknown): readonly Filter[] {
  if (value === undefined) return []
  if (!Array.isArray(value) || value.length > MAX_FILTERS) {
    throw validationFailure(`Filters is a list of at most ${MAX_FILTERS} of {Name, Values}.`)
  }
  return value.map((item: unknown) => {
    const { Name: name, Values: values } = (item ?? {}) as Record<string, unknown>
    const valid =
      typeof name === 'string' &&
      Array.isArray(values) &&
      values.length <= MAX_VALUES &&
      values.every((one) => typeof one === 'string' && one.length <= 256)
    if (!valid) throw validationFailure('A filter has a Name and a list of Values.')
    if (!isKnown(name)) throw validationFailure(`The filter '${name.slice(0, 64)}' is invalid`)
    return { name, values: values as string[] }
  })
}

export function matchesFilters(
  instance: Instance,
  link: LinkState,
  filters: readonly Filter[],
): boolean {
  return filters.every(({ name, values }) => {
    const found = valuesOf(name, instance, link)
    const patterns = values.map((value) => compilePattern(wildcardParts(value)))
    return patterns.some((pattern) => found.some((value) => matchesPattern(pattern, value)))
  })
}

const isKnown = (name: string): boolean => name.startsWith('tag:') || Object.hasOwn(SIMPLE, name)

const SIMPLE: Readonly<Record<string, (instance: Instance, link: LinkState) => readonly string[]>> =
  {
    'instance-id': ({ instanceId }) => [instanceId],
    'instance-state-name': (_instance, link) => [link.kind === 'connected' ? 'running' : 'stopped'],
    'private-ip-address': ({ facts }) => facts.addresses4,
    'ipv6-address': ({ facts }) => facts.addresses6,
    'tag-key': ({ tags }) => Object.keys(tags),
  }

function valuesOf(name: string, instance: Instance, link: LinkState): readonly string[] {
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length)
    const value = Object.hasOwn(instance.tags, key) ? instance.tags[key] : undefined
    return value === undefined ? [] : [value]
  }
  return SIMPLE[name]?.(instance, link) ?? []
}
