import { MAX_TERMINAL_SIDE } from './protocol.ts'

/** A frame as an object, or undefined when it is none or longer than `max` UTF-16 units. */
export function parseFrameObject(
  text: string,
  { max }: { readonly max: number },
): Readonly<Record<string, unknown>> | undefined {
  if (text.length > max) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
}

/** Columns and rows, as characters. */
export interface TerminalSize {
  readonly cols: number
  readonly rows: number
}

export const isSide = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= MAX_TERMINAL_SIDE

export const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0

export const isText = (value: unknown): value is string => typeof value === 'string'

export const isTextOrNone = (value: unknown): value is string | undefined =>
  value === undefined || isText(value)

export const isCountOrNone = (value: unknown): value is number | undefined =>
  value === undefined || isCount(value)

/** Without what is undefined: as JSON has it, and as `exactOptionalPropertyTypes` wants it. */
export function present<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as never
}
