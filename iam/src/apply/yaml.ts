import { parseDocument } from 'yaml'
import { ApplyFault } from './apply-fault.ts'

/** YAML without types: every scalar is the text that stands there (`012`, `yes` and `2012-10-17` mean themselves). */
export type YamlValue = string | readonly YamlValue[] | ReadonlyMap<string, YamlValue>

/** Aliases that may be used: a few of them, repeated, would else make a text of any size. */
const MAX_ALIASES = 100

const MAX_DEPTH = 24

/** Throws ApplyFault `file`: for what is not YAML, a key that stands twice, tags, and more than one document. */
export function parseYaml(text: string, name: string): YamlValue {
  const document = parseDocument(text, {
    schema: 'failsafe',
    uniqueKeys: true,
    strict: true,
    // Silent it would pass over a second document.
    logLevel: 'error',
  })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) throw fault(name, problem.message.split('\n')[0] ?? '')
  if (document.contents === null) return new Map()
  try {
    const value: unknown = document.toJS({ mapAsMap: true, maxAliasCount: MAX_ALIASES })
    return read(value, 1)
  } catch (error) {
    throw fault(name, error instanceof Error ? error.message : String(error))
  }
}

function read(value: unknown, depth: number): YamlValue {
  // An anchor may stand in itself.
  if (depth > MAX_DEPTH) throw new Error(`it is nested deeper than ${MAX_DEPTH} levels`)

  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map((one: unknown) => read(one, depth + 1))
  if (value instanceof Map) {
    return new Map(
      [...(value as Map<unknown, unknown>)].map(([key, one]) => {
        if (typeof key === 'string') return [key, read(one, depth + 1)]
        throw new Error('a key that is not a text')
      }),
    )
  }
  throw new Error('a value that is neither text, list nor map')
}

function fault(name: string, why: string): ApplyFault {
  return new ApplyFault('file', `${name} cannot be read as YAML.`, { why: [why] })
}
