import { csvText } from '../../ui/csv.ts'
import type { InstanceField } from './instance-fields.ts'
import type { ListedInstance } from './listed-instance.ts'

/** These columns of these instances, in this order. */
export function instancesCsv(
  instances: readonly ListedInstance[],
  fields: readonly InstanceField[],
): string {
  return csvText(
    fields.map(({ label }) => label),
    instances.map((instance) => fields.map((field) => field.texts(instance).join(' '))),
  )
}
