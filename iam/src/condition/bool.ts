import { unreadable, type CompileWanted } from './comparison.ts'

/** Bool: `true` and `false` in any letter case (IAM User Guide, condition operators, Boolean). */
export const bool: CompileWanted = (wanted) => {
  const value = wanted.toLowerCase()
  if (value !== 'true' && value !== 'false') throw unreadable(wanted, '"true" or "false"')
  return (found) => found.toLowerCase() === value
}
