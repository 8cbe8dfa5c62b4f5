import { waitFor } from '../api/patiently.ts'
import { loadMissingStyles } from './style-sheets.ts'

/** After a network was changed, or a proxy has found the server again. A network that comes up changes several times. */
const AGAIN_AFTER_MS = [700, 2000]

/** A part of the console did not come: nobody answered, or the server has another build meanwhile. */
export class ChunkMissing extends Error {
  constructor(cause: unknown) {
    super('A part of the console could not be loaded.', { cause })
    this.name = 'ChunkMissing'
  }
}

/**
 * Loads a part of the console with its styles, and twice again when it did not come. Throws {@link ChunkMissing}.
 * @param load with an `import()`: browsers ask anew for what did not come
 */
export async function loadChunk<Chunk>(load: () => Promise<Chunk>): Promise<Chunk> {
  for (let tries = 0; ; tries++) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one try after the other
      return await withStyles(load)
    } catch (error) {
      const wait = AGAIN_AFTER_MS[tries]
      if (wait === undefined) throw new ChunkMissing(error)
      // oxlint-disable-next-line no-await-in-loop -- waits
      await waitFor(wait, new AbortController().signal)
    }
  }
}

async function withStyles<Chunk>(load: () => Promise<Chunk>): Promise<Chunk> {
  await loadMissingStyles()
  return await load()
}
