import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { ContextValue } from '@fleetkey/iam/request-context'
import type { Members } from '@fleetkey/wire/aws/validation'

const MAX_ENTRIES = 200
const MAX_VALUES = 200
/** Of all values together: every condition on a key is compared with each of its values, while others wait. */
const MAX_LENGTH = 16_384

/**
 * `ContextEntries` of the simulator: a type that ends in `List` makes a multivalued key (IAM API reference, "ContextEntry"). Throws
 * ValidationException for more than 16 KiB of values.
 */
export function readContextEntries(v: Members): ReadonlyMap<string, ContextValue> {
  const entries = v.structureList('ContextEntries', { max: MAX_ENTRIES }).map((entry) => {
    const key = entry.requiredString('ContextKeyName', { min: 5, max: 256 })
    const values = entry.stringList('ContextKeyValues', { max: MAX_VALUES, each: { max: 2048 } })
    const type = entry.optionalString('ContextKeyType', {
      pattern: /^(string|numeric|boolean|ip|binary|date)(List)?$/,
    })
    const isList = type?.endsWith('List') ?? values.length !== 1
    return [key, isList ? values : (values[0] ?? '')] as const
  })
  const length = entries
    .flatMap(([, value]) => value)
    .reduce((sum, { length: one }) => sum + one, 0)
  if (length > MAX_LENGTH) {
    throw validationFailure(`The values of ContextEntries have more than ${MAX_LENGTH} characters.`)
  }
  return new Map(entries)
}
