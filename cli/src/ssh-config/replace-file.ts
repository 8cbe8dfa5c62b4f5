import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { randomUUID } from 'node:crypto'

/**
 * Replaces a file in one step: whoever reads it sees the old text or the new. Mode and owner stay; a symbolic link stays one, and what it
 * leads to is replaced. A new file is for its owner alone.
 */
export function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const target = existsSync(path) ? realpathSync(path) : path
  const before = existsSync(target) ? statSync(target) : undefined
  const partial = `${target}.${randomUUID()}`
  try {
    writeFileSync(partial, text, { mode: 0o600, flag: 'wx' })
    if (before) {
      if (before.uid !== process.getuid?.()) chownSync(partial, before.uid, before.gid)
      chmodSync(partial, before.mode & 0o7777)
    }
    renameSync(partial, target)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}
