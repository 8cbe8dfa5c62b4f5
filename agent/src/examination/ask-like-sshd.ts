import { execFile } from 'node:child_process'

/** How a program fared that was asked as sshd asks it. */
export type HelperAnswer =
  | { readonly kind: 'answered'; readonly tookMs: number }
  | { readonly kind: 'failed'; readonly says: string }
  | { readonly kind: 'late'; readonly afterMs: number }

/** auth2-pubkey.c, subprocess: as that account, in `/`, with nothing of our environment. */
export function askLikeSshd(
  argv: readonly [string, ...string[]],
  as: { readonly uid: number; readonly gid: number; readonly limitMs: number },
): Promise<HelperAnswer> {
  const [file, ...args] = argv
  const { uid, gid, limitMs } = as
  const ids = process.geteuid?.() === 0 ? { uid, gid } : {}
  const startedAt = performance.now()
  return new Promise((resolve) => {
    const options = {
      ...ids,
      cwd: '/',
      env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' },
      timeout: limitMs,
      killSignal: 'SIGKILL',
      maxBuffer: 65_536,
    } as const
    execFile(file, args, options, (error, _stdout, stderr) => {
      if (error === null) {
        return resolve({ kind: 'answered', tookMs: performance.now() - startedAt })
      }
      if (error.killed === true) return resolve({ kind: 'late', afterMs: limitMs })
      const says = stderr.trim() === '' ? `exit code ${error.code ?? error.signal}` : stderr
      resolve({ kind: 'failed', says })
    })
  })
}
