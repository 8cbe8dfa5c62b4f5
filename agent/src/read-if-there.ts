import { readFileSync } from 'node:fs'

/** The text of a file, or undefined when there is none. Throws for whatever else keeps it from being read. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw failure
  }
}
