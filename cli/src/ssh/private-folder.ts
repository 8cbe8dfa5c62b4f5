import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure } from '../failure.ts'
import { isPlainPath } from './plain-path.ts'

/** sun_path holds 104 bytes on the BSDs and 108 on Linux, with the final NUL. */
const MAX_FOLDER_LENGTH = 80

/** A folder that only this user can enter, for the files of one connection. */
export class PrivateFolder {
  readonly path: string

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.path = makeFolder([env['XDG_RUNTIME_DIR'], tmpdir(), '/tmp'])
  }

  file(name: string): string {
    return join(this.path, name)
  }

  write(name: string, text: string): void {
    writeFileSync(this.file(name), text, { mode: 0o600, flag: 'wx' })
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

function makeFolder(bases: readonly (string | undefined)[]): string {
  let last: unknown
  for (const base of bases) {
    if (base === undefined || !isPlainPath(base) || base.length > MAX_FOLDER_LENGTH) continue
    try {
      // mkdtemp makes it with mode 0700.
      return mkdtempSync(join(base, 'fleetkey-'))
    } catch (error) {
      last = error
    }
  }
  throw new Failure('internal', 'No private folder could be made for this connection.', {
    why: [last instanceof Error ? last.message : 'no usable place for it'],
    todo: ['Check XDG_RUNTIME_DIR and TMPDIR: one must be writable.'],
  })
}
