import { createHash } from 'node:crypto'
import { CHAIN_START, checkLink, type ChainLink } from '@fleetkey/domain/trail-chain'
import { buildDigest } from '@fleetkey/wire/trail/build-digest'
import { digestToSign } from '@fleetkey/wire/trail/digest'
import type { TrailPlace } from '@fleetkey/wire/trail/object-names'
import type { StoredDigest } from '../store/digest-store.ts'
import type { Store } from '../store/store.ts'
import { LogFileDraft } from './draft-log-file.ts'

export interface DigestSigner {
  publicKey(): Promise<{ readonly fingerprint: string }>
  sign(text: string): Promise<string>
}

/** Read at once: a third of a millisecond of the event loop, and of the thread that searches. Larger pages are no faster. */
const PAGE = 100
/** More goes into the next digest. */
const MAX_LOG_FILES = 10

/**
 * Signs what has happened since the last digest, also when that is nothing, and keeps it. Throws, and signs nothing, when the chain in the
 * store is not whole: a signature must never vouch for a record that was altered before. `isLast` is false when there is more.
 */
export async function makeDigest(
  store: Pick<Store, 'trail' | 'digests'>,
  parts: { readonly signer: DigestSigner; readonly place: TrailPlace; readonly now: number },
): Promise<{ readonly made: StoredDigest; readonly isLast: boolean }> {
  const { signer, place, now } = parts
  const [last, head] = await Promise.all([store.digests.last(), store.trail.head()])
  const after = last === undefined ? CHAIN_START : { seq: last.lastSeq, hash: last.lastHash }
  // Names have seconds: no two digests end in the same one.
  const end = Math.max(Math.floor(now / 1000) * 1000, (last?.endTime ?? 0) + 1000)
  const { drafts, reached } = await draftLogFiles(store, { after, head })
  const { fingerprint } = await signer.publicKey()
  const digest = buildDigest(place, {
    number: (last?.number ?? 0) + 1,
    start: last?.endTime ?? end,
    end,
    after,
    last: reached,
    logFiles: drafts.flatMap((draft) => draft.finish(place, end) ?? []),
    previous: last === undefined ? undefined : previousOf(last),
    fingerprint,
  })
  const text = JSON.stringify(digest)
  const made: StoredDigest = {
    number: digest.fleetkey.number,
    endTime: end,
    firstSeq: digest.fleetkey.firstSeq,
    lastSeq: reached.seq,
    lastHash: reached.hash,
    object: `${digest.digestS3Bucket}/${digest.digestS3Object}`,
    digest: text,
    signature: await signer.sign(digestToSign(digest, sha256Hex(text))),
  }
  await store.digests.append(made)
  return { made, isLast: reached.seq >= head.seq }
}

async function draftLogFiles(
  { trail }: Pick<Store, 'trail'>,
  { after, head }: { readonly after: ChainLink; readonly head: ChainLink },
) {
  const drafts = [new LogFileDraft()]
  let reached = after
  for (;;) {
    const page = await trail.read(reached.seq, Math.min(PAGE, head.seq - reached.seq))
    for (const entry of page) {
      const problem = checkLink(reached, entry, sha256Hex)
      if (problem !== undefined) {
        throw new Error(
          `record ${problem.seq} of the trail in the database is ${problem.kind}: nothing is signed from there on`,
        )
      }
      if (drafts.at(-1)?.isFull) {
        if (drafts.length >= MAX_LOG_FILES) return { drafts, reached }
        drafts.push(new LogFileDraft())
      }
      drafts.at(-1)?.add(entry)
      reached = { seq: entry.seq, hash: entry.hash }
    }
    if (reached.seq >= head.seq) return { drafts, reached }
    if (page.length === 0) {
      throw new Error(`record ${reached.seq + 1} of the trail in the database is missing`)
    }
  }
}

function previousOf({ object, digest, signature }: StoredDigest) {
  const slash = object.indexOf('/')
  return {
    bucket: object.slice(0, slash),
    object: object.slice(slash + 1),
    hash: sha256Hex(digest),
    signature,
  }
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
