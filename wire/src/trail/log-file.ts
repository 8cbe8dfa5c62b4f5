/**
 * A log file as CloudTrail has it, `{"Records":[…]}`, with each record's exact text on a line of its own: so that whoever verifies gets
 * at the bytes that were chained. A record is JSON as `JSON.stringify` writes it, without a line break.
 */
export const LOG_HEAD = '{"Records":[\n'
export const LOG_BETWEEN = ',\n'
export const LOG_TAIL = '\n]}\n'

/** The content of a file of these records, at least one. */
export function encodeLogFile(records: readonly string[]): string {
  return LOG_HEAD + records.join(LOG_BETWEEN) + LOG_TAIL
}

export interface LogLines {
  /** Texts of the records, as far as there are lines of them. */
  readonly records: readonly string[]
  /** Head, tail and all that is between the records is as it must be. */
  readonly isWhole: boolean
}

/**
 * Never throws: what was altered must still be told apart record by record. Reads one record more than there should be: a file of nothing but
 * ends of records would fill the memory.
 */
export function decodeLogFile(
  content: string,
  { expected }: { readonly expected: number },
): LogLines {
  const hasHead = content.startsWith(LOG_HEAD)
  const hasTail = content.endsWith(LOG_TAIL) && content.length > LOG_HEAD.length + LOG_TAIL.length
  const begin = hasHead ? LOG_HEAD.length : content.indexOf('\n') + 1
  const end = hasTail ? content.length - LOG_TAIL.length : content.length
  const records = content.slice(begin, end).split(LOG_BETWEEN, expected + 1)
  return {
    records: hasHead && hasTail ? records : records.map(trimmed),
    isWhole: hasHead && hasTail && records.every((record) => !record.includes('\n')),
  }
}

function trimmed(record: string): string {
  return record.replace(/\n\]?\}?\n?$/, '')
}
