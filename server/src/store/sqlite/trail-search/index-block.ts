import type { DatabaseSync } from 'node:sqlite'
import { visitAttributes } from '@fleetkey/domain/trail-search'
import { all, one, run } from '../sql.ts'
import { SELECT_ENTRY, storedEntry, type EntryRow } from '../trail-row.ts'
import { below, BLOCK_RECORDS, moveAt, partOf, placeOf, spanOf, TOP_LEVEL } from './layout.ts'
import { encodePostings, mergePostings, PARTS, postingOf } from './postings.ts'
import { indexedBlocks, noteTimes } from './stretch-times.ts'
import { termHash } from './term-hash.ts'

/** Each commit waits for the disk. */
const BLOCKS_AT_ONCE = 4

/** Indexes the next four blocks, if all of their records are there: some milliseconds. False when there is nothing to do. */
export function indexNextBlocks(db: DatabaseSync): boolean {
  const first = indexedBlocks(db)
  const end = first + BLOCKS_AT_ONCE
  const last = end * BLOCK_RECORDS - 1
  if (one(db, 'select 1 from trail_head where seq >= ?', last) === undefined) return false
  run(db, 'begin immediate')
  try {
    for (let block = first; block < end; block++) {
      indexBlock(db, block)
      // Upwards: what a level takes, the one below may just have got.
      for (let level = 1; level <= TOP_LEVEL; level++) moveUp(db, level, block + 1)
    }
    run(db, 'commit')
    return true
  } finally {
    if (db.isTransaction) run(db, 'rollback')
  }
}

function indexBlock(db: DatabaseSync, block: number): void {
  const first = block * BLOCK_RECORDS
  const rows = all<EntryRow>(
    db,
    `${SELECT_ENTRY} from trail t where seq between ? and ? order by seq`,
    first,
    first + BLOCK_RECORDS - 1,
  )
  const postings: number[] = []
  for (const row of rows) {
    visitAttributes(storedEntry(row), (attribute, value) => {
      postings.push(postingOf(termHash(attribute, value), row.seq - first, BLOCK_RECORDS))
    })
  }
  // None, when retention was faster.
  if (postings.length > 0) {
    const row = encodePostings(Float64Array.from(postings), BLOCK_RECORDS, (hash) =>
      partOf(hash, 0),
    )
    writeRow(db, placeOf({ level: 0, number: block }, 0), row)
  }
  noteTimes(
    db,
    block,
    rows.map(({ time }) => time),
  )
}

/** One part of a row of sixteen stretches becomes a row of one. */
function moveUp(db: DatabaseSync, level: number, blocks: number): void {
  const move = moveAt(level, blocks)
  if (move === undefined) return
  const { row, part } = move.from
  const places = below(move).map((stretch) => placeOf(stretch, row))
  const rows = places.map((place) => readRow(db, place))
  if (rows.some((one) => one !== undefined)) {
    const merged = mergePostings(rows, part, {
      span: spanOf(level - 1),
      partOf: (hash) => partOf(hash, level),
    })
    writeRow(db, placeOf(move, move.row), merged)
  }
  if (part < PARTS - 1) return
  for (const place of places) run(db, 'delete from trail_postings where place = ?', place)
}

function writeRow(db: DatabaseSync, place: number, postings: Uint8Array): void {
  run(db, 'insert into trail_postings (place, postings) values (?, ?)', place, postings)
}

export function readRow(db: DatabaseSync, place: number): Uint8Array | undefined {
  const sql = 'select postings from trail_postings where place = ?'
  return one<{ postings: Uint8Array }>(db, sql, place)?.postings
}
