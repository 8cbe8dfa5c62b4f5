import { findVersionProblems } from './file-problems.ts'
import { isRoot } from './replace-file.ts'
import { findSshdProblems } from './sshd-problems.ts'

/** What would stop a login by `~/.ssh/authorized_keys`, in words that say the mend. */
export async function findHomeProblems(): Promise<readonly string[]> {
  const settings = isRoot()
    ? await findSshdProblems((config) => {
        const files = config.get('authorizedkeysfile')?.[0] ?? 'none'
        return readsHomeFile(files)
          ? []
          : [
              `sshd does not read ~/.ssh/authorized_keys (AuthorizedKeysFile ${files}): use the delivery "command".`,
            ]
      })
    : []
  return [...settings, ...(await findVersionProblems())]
}

/** Of the value of AuthorizedKeysFile. */
export function readsHomeFile(files: string): boolean {
  return files.split(' ').some((file) => /^(?:%h\/)?\.ssh\/authorized_keys$/.test(file))
}
