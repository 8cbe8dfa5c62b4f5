import { anchorToSign, type Anchor } from './anchor.ts'
import type { CheckedDigest } from './check-digest.ts'
import type { TrailProblem } from './problem.ts'

/** What the anchors have yet to see of an export: give it each checked digest, then ask for what is left. */
export class AnchorCheck {
  readonly #open = new Map<string, Anchor>()

  /** Lines that are not signed by the deployment prove nothing: they are left out, and counted. */
  readonly ignored: number

  constructor(
    anchors: readonly Anchor[],
    isSigned: (text: string, signature: string) => boolean,
    from = 1,
  ) {
    let ignored = 0
    for (const anchor of anchors) {
      if (!isSigned(anchorToSign(anchor), anchor.signature)) ignored += 1
      // One that ends before what is here begins has nothing to say of it.
      else if (anchor.lastSeq >= from - 1) this.#open.set(`${anchor.object} ${anchor.hash}`, anchor)
    }
    this.ignored = ignored
  }

  get count(): number {
    return this.#open.size
  }

  saw({ digest, hash }: CheckedDigest): void {
    this.#open.delete(`${digest.digestS3Bucket}/${digest.digestS3Object} ${hash}`)
  }

  /** The first that the export does not have; `end` is its last digest. */
  finish(end: CheckedDigest | undefined): TrailProblem | undefined {
    const [anchor] = [...this.#open.values()].toSorted(
      (a, b) => a.lastSeq - b.lastSeq || (a.endTime < b.endTime ? -1 : 1),
    )
    if (anchor === undefined) return undefined
    const lastSeq = end?.digest.fleetkey.lastSeq ?? 0
    const file = anchor.object.slice(anchor.object.indexOf('/') + 1)
    const isCut = end === undefined || end.digest.digestEndTime < anchor.endTime
    return {
      kind: isCut ? 'cut off' : 'rolled back',
      seq: Math.min(lastSeq, anchor.lastSeq) + 1,
      file,
      says: `the anchor of ${anchor.endTime} knows this digest, up to record ${anchor.lastSeq}, and it is not here`,
    }
  }
}
