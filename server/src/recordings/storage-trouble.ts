import { S3Refused } from '../s3/s3-request.ts'

/** What keeps recordings does not do it now; nothing is said of what it keeps. Its message is for people, and without a path, an address or a name. */
export class StorageTrouble extends Error {
  override readonly name = 'StorageTrouble'

  /** Down to what a socket said, for the trail. */
  get says(): string {
    const said: string[] = []
    for (let error: unknown = this.cause; error instanceof Error; error = error.cause) {
      said.push(error.message)
    }
    return said.length === 0 ? this.message : said.join(': ')
  }
}

/**
 * Throws a StorageTrouble for whatever `ask` throws, but for what it is to tell.
 * @param of diskTrouble or bucketTrouble
 */
export async function orTrouble<Result>(
  of: (error: unknown) => string,
  ask: () => Promise<Result>,
  isTold: (error: unknown) => boolean = () => false,
): Promise<Result> {
  try {
    return await ask()
  } catch (error) {
    throw isTold(error) ? error : new StorageTrouble(of(error), { cause: error })
  }
}

export function diskTrouble(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return (
    OF_DISKS[code] ?? (code === '' ? `${message}.` : `the disk of the recordings says ${code}.`)
  )
}

export function bucketTrouble(error: unknown): string {
  if (error instanceof S3Refused) {
    return `the bucket of the recordings answers ${`${error.status} ${error.code}`.trim()}.`
  }
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return 'the bucket of the recordings does not answer in time.'
  }
  // Of fetch, about what happened underneath.
  if (error instanceof TypeError) return 'the bucket of the recordings cannot be reached.'
  return 'the bucket of the recordings cannot be asked, or answers what no bucket does.'
}

const OF_DISKS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk of the recordings is full.',
  EDQUOT: 'the disk of the recordings is full for this user.',
  EROFS: 'the directory of the recordings is read-only.',
  EACCES: 'the server may not read and write in the directory of the recordings.',
  EPERM: 'the server may not read and write in the directory of the recordings.',
  ENOENT: 'the directory of the recordings is not there.',
  ENOTDIR: 'the directory of the recordings is not there.',
  EIO: 'the disk of the recordings does not work.',
}
