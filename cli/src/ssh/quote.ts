import { printable } from '../output.ts'

/** A word for a POSIX shell. */
export function quoted(word: string): string {
  if (/^[A-Za-z0-9_./:=@%+,-]+$/.test(word)) return word
  return `'${printable(word).replaceAll("'", String.raw`'\''`)}'`
}

/** Words for ssh's ProxyCommand, which replaces `%` words and hands the rest to a shell. */
export function proxyCommand(words: readonly string[]): string {
  return words.map((word) => quoted(word).replaceAll('%', '%%')).join(' ')
}
