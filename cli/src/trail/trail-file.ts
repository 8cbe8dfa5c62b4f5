import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Failure } from '../failure.ts'
import { broken, type ChainRecord } from './chain.ts'

/** The records of an export: one JSON object {seq, hash, record} in each line. */
export async function* readTrailFile(path: string): AsyncGenerator<ChainRecord> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity })
  let number = 0
  try {
    for await (const line of lines) {
      number += 1
      const record = parseRecord(line)
      if (record === undefined) {
        throw broken(`Line ${number} is not a record.`, 'it must be {"seq", "hash", "record"}')
      }
      yield record
    }
  } catch (error) {
    throw error instanceof Failure ? error : fileFailure(path, error)
  }
}

/** Writes an export, readable by this user alone; a file that is there already is left alone. */
export async function writeTrailFile(
  path: string,
  records: AsyncIterable<ChainRecord>,
): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    throw fileFailure(path, error)
  })
  try {
    for await (const { seq, hash, record } of records) {
      await file.write(`${JSON.stringify({ seq, hash, record })}\n`)
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

function parseRecord(line: string): ChainRecord | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { seq, hash, record } = value as Record<string, unknown>
  const isRecord = typeof seq === 'number' && typeof hash === 'string' && typeof record === 'string'
  return isRecord ? { seq, hash, record } : undefined
}

function fileFailure(path: string, error: unknown): Failure {
  const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
  return new Failure('fileUnreadable', `${path} cannot be ${isThere ? 'written' : 'used'}.`, {
    why: [isThere ? 'it exists already' : error instanceof Error ? error.message : String(error)],
    todo: isThere ? ['Name another file: an export never replaces one.'] : [],
  })
}
