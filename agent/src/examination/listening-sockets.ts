import { readFileSync } from 'node:fs'

/** A TCP socket that waits for connections. */
export interface ListeningSocket {
  /** `0.0.0.0` and `::` for all. */
  readonly address: string
  readonly port: number
  readonly inode: string
}

/** Of this network namespace: proc(5), /proc/net/tcp and tcp6. */
export function readListeningSockets(proc = '/proc'): readonly ListeningSocket[] {
  return ['tcp', 'tcp6'].flatMap((name) => parseListening(read(`${proc}/net/${name}`)))
}

/** `sl local_address rem_address st …`: addresses are 32-bit words in the order of the machine, state 0A is LISTEN. */
export function parseListening(text: string): readonly ListeningSocket[] {
  return text.split('\n').flatMap((line): ListeningSocket[] => {
    const [, address = '', port = '', inode = ''] =
      /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]+:0000 0A (?:\S+ +){5}(\d+)/.exec(
        line,
      ) ?? []
    if (address === '') return []
    return [{ address: readAddress(address), port: Number.parseInt(port, 16), inode }]
  })
}

/** Little-endian, as every machine that runs Node is. */
function readAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).toReversed().map((byte) => Number.parseInt(byte, 16)),
  )
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16),
  )
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // no IPv6 in this kernel
  }
}
