import type { SFTPWrapper } from 'ssh2'
import { FileFailed } from '../file-messages.ts'
import { asked, closeFile, linkStatOf, orUndefined, readPage, realPathOf } from './sftp-promises.ts'

/** @returns where it is */
export async function makeFolder(sftp: SFTPWrapper, path: string): Promise<string> {
  try {
    await asked(path, (done) => sftp.mkdir(path, done as never))
  } catch (error) {
    throw (await isThere(sftp, path)) ? new FileFailed('exists', `${path} is there`) : error
  }
  return await realPathOf(sftp, path)
}

/** By SFTP's own rename, which replaces nothing. */
export async function rename(
  sftp: SFTPWrapper,
  { path, to }: { readonly path: string; readonly to: string },
): Promise<void> {
  try {
    await asked(path, (done) => sftp.rename(path, to, done as never))
  } catch (error) {
    const isOther = (await isThere(sftp, path)) && (await isThere(sftp, to))
    throw isOther ? new FileFailed('exists', `${to} is there`) : error
  }
}

/** A file, a link (not what it leads to), or a folder that is empty. */
export async function remove(sftp: SFTPWrapper, path: string): Promise<void> {
  if ((await linkStatOf(sftp, path)).isDirectory()) await removeFolder(sftp, path)
  else await asked(path, (done) => sftp.unlink(path, done as never))
}

/** One that is empty. */
export async function removeFolder(sftp: SFTPWrapper, path: string): Promise<void> {
  try {
    await asked(path, (done) => sftp.rmdir(path, done as never))
  } catch (error) {
    const isFull = await hasSomething(sftp, path).catch(() => false)
    throw isFull ? new FileFailed('not-empty', `${path} is a folder that is not empty`) : error
  }
}

const isThere = async (sftp: SFTPWrapper, path: string): Promise<boolean> =>
  (await orUndefined(linkStatOf(sftp, path))) !== undefined

/** SFTP says of all that goes wrong in other ways no more than "Failure". */
async function hasSomething(sftp: SFTPWrapper, path: string): Promise<boolean> {
  const handle = await asked<Buffer>(path, (done) => sftp.opendir(path, done))
  try {
    for (let told = 0; told < 3;) {
      // oxlint-disable-next-line no-await-in-loop -- page after page: `.` and `..` may come alone
      const page = await readPage(sftp, handle)
      if (page.length === 0) return false
      if (page.some(({ filename }) => filename !== '.' && filename !== '..')) return true
      told += page.length
    }
    return false
  } finally {
    await closeFile(sftp, handle).catch(() => {})
  }
}
