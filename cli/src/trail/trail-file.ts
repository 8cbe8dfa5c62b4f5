import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { CHAIN_START, type ChainLink } from '@fleetkey/domain/trail-chain'
import { Failure } from '../failure.ts'
import { broken, type ChainRecord } from './chain.ts'

/** What an export states of where it begins, if that is not the very beginning, and its records. */
export interface TrailFile {
  readonly base: ChainLink
  readonly records: AsyncIterable<ChainRecord>
}

/**
 * An export of the chain: one JSON object {seq, hash, record} in each line, and before them, where earlier records were removed,
 * {base: {seq, hash}}. `-` is standard input.
 */
export async function openTrailFile(path: string): Promise<TrailFile> {
  const lines = numberedLines(path)
  const first = await lines.next()
  const base = first.done ? undefined : parseBase(first.value.line)
  return {
    base: base ?? CHAIN_START,
    records: records(lines, base === undefined && !first.done ? first.value : undefined),
  }
}

interface Line {
  readonly number: number
  readonly line: string
}

async function* numberedLines(path: string): AsyncGenerator<Line> {
  const input = path === '-' ? process.stdin : createReadStream(path)
  let number = 0
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      number += 1
      yield { number, line }
    }
  } catch (error) {
    throw fileFailure(path, error)
  }
}

async function* records(
  lines: AsyncIterable<Line>,
  first: Line | undefined,
): AsyncGenerator<ChainRecord> {
  if (first !== undefined) yield parseRecord(first)
  for await (const line of lines) yield parseRecord(line)
}

/** Writes an export, readable by this user alone; a file that is there already is left alone. */
export async function writeTrailFile(
  path: string,
  { base, records: all }: TrailFile,
): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    throw fileFailure(path, error)
  })
  try {
    if (base.seq > 0) await file.write(`${JSON.stringify({ base })}\n`)
    for await (const { seq, hash, record } of all) {
      await file.write(`${JSON.stringify({ seq, hash, record })}\n`)
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

function parseBase(line: string): ChainLink | undefined {
  const base = asMembers(asMembers(parsed(line))['base'])
  const { seq, hash } = base
  const isBase = typeof seq === 'number' && typeof hash === 'string'
  return isBase ? { seq, hash } : undefined
}

function parseRecord({ number, line }: Line): ChainRecord {
  const { seq, hash, record } = asMembers(parsed(line))
  if (typeof seq === 'number' && typeof hash === 'string' && typeof record === 'string') {
    return { seq, hash, record }
  }
  throw broken(`Line ${number} is not a record.`, 'it must be {"seq", "hash", "record"}')
}

function asMembers(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function fileFailure(path: string, error: unknown): Failure {
  const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
  return new Failure('fileUnreadable', `${path} cannot be ${isThere ? 'written' : 'used'}.`, {
    why: [isThere ? 'it exists already' : error instanceof Error ? error.message : String(error)],
    todo: isThere ? ['Name another file: an export never replaces one.'] : [],
  })
}
