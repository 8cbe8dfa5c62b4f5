import { unreadable, type CompileWanted } from './comparison.ts'

/**
 * Numeric operators: value of the request OPERATOR value of the policy, integers and decimals (IAM User Guide,
 * condition operators, Numeric). Values are compared as double-precision numbers.
 */
export const numericEquals = numeric((found, wanted) => found === wanted)
export const numericLessThan = numeric((found, wanted) => found < wanted)
export const numericLessThanEquals = numeric((found, wanted) => found <= wanted)
export const numericGreaterThan = numeric((found, wanted) => found > wanted)
export const numericGreaterThanEquals = numeric((found, wanted) => found >= wanted)

function numeric(compare: (found: number, wanted: number) => boolean): CompileWanted {
  return (text) => {
    const wanted = parseNumber(text)
    if (wanted === undefined) throw unreadable(text, 'a number')
    return (found) => {
      const number = parseNumber(found)
      return number !== undefined && compare(number, wanted)
    }
  }
}

/** No number of use is longer, and each value of a policy reads that of the request anew. */
const longest = 400

/** Stricter than `Number`, which takes "", " 1" and "0x10". */
function parseNumber(text: string): number | undefined {
  if (text.length > longest || !/^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(text))
    return undefined
  const number = Number(text)
  return Number.isFinite(number) ? number : undefined
}
