import { waitFor } from '../api/patiently.ts'

/** After a network was changed, or a proxy has found the server again. */
const AGAIN_AFTER_MS = 700

/** A part of the console did not come: nobody answered, or the server has another build meanwhile. */
export class ChunkMissing extends Error {
  constructor(cause: unknown) {
    super('A part of the console could not be loaded.', { cause })
    this.name = 'ChunkMissing'
  }
}

/**
 * Loads a part of the console, and once again when it did not come. Throws {@link ChunkMissing}.
 * @param load with an `import()`: browsers ask anew for what did not come
 */
export async function loadChunk<Chunk>(load: () => Promise<Chunk>): Promise<Chunk> {
  try {
    return await load()
  } catch {
    await waitFor(AGAIN_AFTER_MS, new AbortController().signal)
  }
  try {
    return await load()
  } catch (error) {
    throw new ChunkMissing(error)
  }
}
