/** One thing in an archive, before its bytes. */
export interface TarMember {
  /** From the top of the archive on, with `/`. A folder's has none at its end. */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link'
  /** Permission bits. */
  readonly mode: number
  /** Milliseconds since 1970. */
  readonly modifiedAt: number
  /** Bytes of a file. */
  readonly size: number
  /** Where a link leads to, as it says. */
  readonly leadsTo?: string
}

/** Archives are made of these. */
export const TAR_BLOCK = 512

/** What an archive ends with. */
export const TAR_END = new Uint8Array(2 * TAR_BLOCK)

const TYPES = { file: '0', folder: '5', link: '2' } as const
/** Of a name in the header itself, of the octal size and of the octal time; what does not fit stands before it, as pax has it (POSIX.1-2001). */
const MAX_NAME = 100
const MAX_SIZE = 8 ** 11 - 1
const MAX_TIME = 8 ** 11 - 1

/** The blocks before the bytes of a member. Who it belongs to on the host is nobody where it is unpacked, and set-user-ID bits are not kept: root unpacks archives too. */
export function tarHeader({
  path,
  kind,
  mode,
  modifiedAt,
  size,
  leadsTo = '',
}: TarMember): Uint8Array {
  const name = kind === 'folder' ? `${path}/` : path
  const seconds = Math.max(0, Math.floor(modifiedAt / 1000))
  const records = [
    ...(fits(name) ? [] : [paxRecord('path', name)]),
    ...(fits(leadsTo) ? [] : [paxRecord('linkpath', leadsTo)]),
    ...(size <= MAX_SIZE ? [] : [paxRecord('size', String(size))]),
    ...(seconds <= MAX_TIME ? [] : [paxRecord('mtime', String(seconds))]),
  ]
  const own = block({
    name,
    type: TYPES[kind],
    mode: mode & 0o777,
    size: Math.min(size, MAX_SIZE),
    seconds: Math.min(seconds, MAX_TIME),
    leadsTo,
  })
  if (records.length === 0) return own
  const said = Buffer.concat(records)
  const before = block({
    name: `PaxHeaders/${path.slice(path.lastIndexOf('/') + 1)}`,
    type: 'x',
    mode: 0o644,
    size: said.length,
    seconds: 0,
    leadsTo: '',
  })
  return Buffer.concat([before, said, tarPadding(said.length), own])
}

/** What fills up the last block of so many bytes. */
export const tarPadding = (size: number): Uint8Array =>
  new Uint8Array((TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK)

const fits = (text: string): boolean => text.length <= MAX_NAME && /^[\x20-\x7e]*$/.test(text)

/** `LENGTH KEY=VALUE\n`, whose length counts itself. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + String(rest).length
  // Its own digits may make it one digit longer.
  if (String(length).length > String(rest).length) length++
  return Buffer.from(`${length} ${key}=${value}\n`)
}

interface Block {
  readonly name: string
  readonly type: string
  readonly mode: number
  readonly size: number
  readonly seconds: number
  readonly leadsTo: string
}

/** POSIX.1-1988 ustar: fields at fixed places, numbers in octal. */
function block({ name, type, mode, size, seconds, leadsTo }: Block): Buffer {
  const bytes = Buffer.alloc(TAR_BLOCK)
  const octal = (value: number, at: number, digits: number) =>
    bytes.write(value.toString(8).padStart(digits, '0'), at, 'latin1')
  // Names that do not fit stand in full before it: here a part of them, for whoever knows no pax.
  bytes.write(name, 0, MAX_NAME, 'utf8')
  octal(mode, 100, 7)
  octal(0, 108, 7)
  octal(0, 116, 7)
  octal(size, 124, 11)
  octal(seconds, 136, 11)
  bytes.write(type, 156, 'latin1')
  bytes.write(leadsTo, 157, MAX_NAME, 'utf8')
  bytes.write('ustar\x0000', 257, 'latin1')
  // The sum of all bytes, with spaces where it stands itself.
  bytes.fill(0x20, 148, 156)
  octal(
    bytes.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  )
  bytes[154] = 0
  return bytes
}
