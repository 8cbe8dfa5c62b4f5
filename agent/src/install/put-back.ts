import { lstatSync, readFileSync, rmSync } from 'node:fs'
import { replaceFile } from '../deliveries/replace-file.ts'

/** Steps back, in case a later step fails; run last first. */
export type PutBack = () => void | Promise<void>

/** Remembers a file, or that there is none, and returns what makes it so again, byte for byte with owner and mode. */
export function rememberFile(path: string): () => void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return () => rmSync(path, { force: true })
  const { mode, uid, gid } = found
  const content = readFileSync(path)
  return () => {
    const now = lstatSync(path, { throwIfNoEntry: false })
    if (now?.isFile() === true && readFileSync(path).equals(content)) return
    replaceFile(path, content, { mode: mode & 0o7777, uid, gid })
  }
}

/**
 * Runs steps of which each may say how to undo it; when one fails, those before it are undone and its error is thrown. An
 * undoing that fails too does not keep the others from being done.
 */
export async function allOrNothing<T>(steps: (putBack: PutBack[]) => Promise<T>): Promise<T> {
  const putBack: PutBack[] = []
  try {
    return await steps(putBack)
  } catch (error) {
    const failures: unknown[] = []
    for (const undo of putBack.toReversed()) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- the order matters
        await undo()
      } catch (failure) {
        failures.push(failure)
      }
    }
    if (failures.length === 0) throw error
    throw new AggregateError(
      [error, ...failures],
      'Installing failed, and so did putting things back.',
    )
  }
}
