import { createHash } from 'node:crypto'
import type { DigestLogFile } from '@fleetkey/wire/trail/digest'
import { encodeLogFile } from '@fleetkey/wire/trail/log-file'
import type { Store } from '../store/store.ts'

/** Searches wait for what is read at once, as for what is signed (make-digest.ts). */
const PAGE = 100

/** The content of a digest's log file, out of the store. Throws when it is not the one that was signed. */
export async function readLogFile(
  { trail }: Pick<Store, 'trail'>,
  { fleetkey, hashValue }: DigestLogFile,
): Promise<string> {
  const { firstSeq, lastSeq } = fleetkey
  const records: string[] = []
  while (records.length < lastSeq - firstSeq + 1) {
    const next = firstSeq + records.length
    const page = await trail.read(next - 1, Math.min(PAGE, lastSeq - next + 1))
    if (page[0]?.seq !== next) throw new Error(`record ${next} is not in the database any more`)
    records.push(...page.map(({ record }) => record))
  }
  const content = encodeLogFile(records)
  if (createHash('sha256').update(content).digest('hex') !== hashValue) {
    throw new Error(
      `records ${firstSeq} to ${lastSeq} in the database are not the ones that were signed: run "fleetkey trail verify"`,
    )
  }
  return content
}
