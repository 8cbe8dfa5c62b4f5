/** Of both ends of a file so much is looked at, in bytes. */
const END = 64 * 1024
/** Of a SHA-256, in hexadecimal digits: what the host takes for a name. */
const DIGITS = 32

/**
 * What an upload is called on the host until it is whole: the same for the same file (size, time of change, both ends), so that one that broke
 * off goes on when it is chosen again, after a reload too; another for any other, which never goes on with what is not its own.
 */
export async function uploadName(
  file: Pick<File, 'size' | 'lastModified' | 'slice'>,
): Promise<string> {
  const ends = new Blob([
    `${file.size} ${file.lastModified} `,
    file.slice(0, END),
    file.slice(Math.max(END, file.size - END)),
  ])
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await ends.arrayBuffer()))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, DIGITS)
}
