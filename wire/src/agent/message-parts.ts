import { isPrintable } from '@fleetkey/domain/printable'
import { MAX_MESSAGE_LENGTH } from './agent-link.ts'

/** A message as an object, or undefined when it is none. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  if (text.length > MAX_MESSAGE_LENGTH) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Ids, names, nonces: short and printable. */
export const isShort = (value: unknown): value is string => isText(value) && value.length <= 128

export const isNonce = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{32}$/.test(value)

export const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 1024 && isPrintable(value)

/** ECMA-262 §21.4.1.1: beyond it there are no dates. */
const MAX_TIME = 8.64e15

export const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= MAX_TIME

export const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0

export const isUid = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= 0xffff_ffff
