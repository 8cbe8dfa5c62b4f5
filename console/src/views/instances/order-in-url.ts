import { fieldOf } from './instance-fields.ts'
import { FIRST_ORDER, type InstanceOrder } from './instance-order.ts'

// `sort=launched`, and `sort=-launched` the other way round.
const SORT = 'sort'

export function orderIn(params: URLSearchParams): InstanceOrder {
  const text = params.get(SORT) ?? ''
  const isDescending = text.startsWith('-')
  const fieldId = isDescending ? text.slice(1) : text
  return fieldOf(fieldId) === undefined ? FIRST_ORDER : { fieldId, isDescending }
}

export function withOrder(before: URLSearchParams, order: InstanceOrder): URLSearchParams {
  const params = new URLSearchParams(before)
  params.set(SORT, `${order.isDescending ? '-' : ''}${order.fieldId}`)
  return params
}
