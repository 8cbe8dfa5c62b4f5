import { byteText } from '@fleetkey/domain/byte-text'
import type { TreeTally } from '@fleetkey/wire/terminal/file-tree'

/** `rwxr-xr-x`, as ls has it. */
export function modeText(mode: number): string {
  return [6, 3, 0]
    .flatMap((shift) => [
      mode & (4 << shift) ? 'r' : '-',
      mode & (2 << shift) ? 'w' : '-',
      mode & (1 << shift) ? 'x' : '-',
    ])
    .join('')
}

/** `0644`: as chmod takes it. */
export function octalText(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}

/** `3 files and 2 folders, 1.5 MB` */
export function tallyText({ files, folders, bytes }: TreeTally): string {
  const many = (count: number, word: string) =>
    `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`
  if (folders === 0) return `${many(files, 'file')}, ${byteText(bytes)}`
  return `${many(files, 'file')} and ${many(folders, 'folder')}, ${byteText(bytes)}`
}
