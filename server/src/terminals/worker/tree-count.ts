import {
  MAX_TREE_PROBLEMS,
  type TreeProblems,
  type TreeTally,
} from '@fleetkey/wire/terminal/file-tree'
import type { FileEntry } from '@fleetkey/wire/terminal/file-listing'
import type { FileFailed, TreeWord } from '../file-messages.ts'

/** Words a second are enough to see that it goes on. */
const EVERY_MS = 200

/** How far it is with a tree, told now and then. */
export class TreeCount {
  readonly #tell: (word: TreeWord) => void
  readonly #tally = { files: 0, folders: 0, bytes: 0 }
  readonly #problems: string[] = []
  #problemCount = 0
  #toldAt = performance.now()

  constructor(tell: (word: TreeWord) => void) {
    this.#tell = tell
  }

  add({ kind, size }: FileEntry): void {
    if (kind === 'folder') this.#tally.folders++
    else this.#tally.files++
    if (kind === 'file') this.#tally.bytes += size
    const now = performance.now()
    if (now - this.#toldAt < EVERY_MS) return
    this.#toldAt = now
    this.#tell({ kind: 'so-far', ...this.soFar })
  }

  problem({ failure }: FileFailed): void {
    if (this.#problemCount++ < MAX_TREE_PROBLEMS) this.#problems.push(failure.says)
  }

  get soFar(): TreeTally {
    return { ...this.#tally }
  }

  get problems(): TreeProblems {
    return { problems: this.#problems, problemCount: this.#problemCount }
  }
}
