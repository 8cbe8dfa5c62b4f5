import type { ChainLink } from '@fleetkey/domain/trail-chain'

/** A signed link over a range of the trail, exactly as it was signed. */
export interface StoredDigest {
  /** 1, 2, 3 … without gaps. */
  readonly number: number
  /** The end that it states; later than that of the one before. */
  readonly endTime: number
  readonly firstSeq: number
  /** `firstSeq - 1` when nothing had happened. */
  readonly lastSeq: number
  /** Of the record `lastSeq`: what the next one follows. */
  readonly lastHash: string
  /** Its name in an export, with bucket: `bucket/AWSLogs/…`. */
  readonly object: string
  /** The exact text: JSON. */
  readonly digest: string
  /** Hexadecimal. */
  readonly signature: string
}

/** Where the trail that is kept begins: after this link, which the digest of that number signs. 0 is the very beginning. */
export interface TrailBase extends ChainLink {
  readonly digestNumber: number
}

export interface DigestStore {
  /** Rejects, and keeps nothing, unless it follows the last one and ends in a record that is there with that hash. */
  append(digest: StoredDigest): Promise<void>
  last(): Promise<StoredDigest | undefined>
  /** In order, from `afterNumber` + 1. */
  read(afterNumber: number, limit: number): Promise<readonly StoredDigest[]>
  /** The last one that ended at this time or before. */
  lastBefore(time: number): Promise<StoredDigest | undefined>
  /** The last one that the destination of that name has; 0 before the first. */
  delivered(destination: string): Promise<number>
  noteDelivered(destination: string, number: number): Promise<void>
  base(): Promise<TrailBase>
  /**
   * Lets the trail begin after that digest: removes at most so many of the records before, with what finds them, and the digests before
   * that one when no such record is left. How many records went; ask again until it is none. Rejects for a digest that is not there.
   */
  prune(throughNumber: number, atMost: number): Promise<number>
}
