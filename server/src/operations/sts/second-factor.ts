import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { ShownSecondFactor } from '../operation.ts'

/** `SerialNumber` and `TokenCode`: both or neither. */
export function readSecondFactor(v: Members): ShownSecondFactor | undefined {
  const serialNumber = v.optionalString('SerialNumber', {
    min: 9,
    max: 256,
    pattern: /^[A-Za-z0-9_+=/:,.@-]*$/,
  })
  const code = v.optionalString('TokenCode', { min: 6, max: 6, pattern: /^\d*$/, secret: true })
  if (serialNumber === undefined && code === undefined) return undefined
  if (serialNumber === undefined || code === undefined) {
    throw validationFailure('SerialNumber and TokenCode go together: give both or neither.')
  }
  return { serialNumber, code }
}
