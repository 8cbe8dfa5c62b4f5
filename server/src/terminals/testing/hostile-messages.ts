import type { Duplex } from 'node:stream'
import type { Connection } from 'ssh2'

/** RFC 4250 §4.1.2. */
const [IGNORE, BANNER, INFO_REQUEST, REQUEST_SUCCESS] = [2, 53, 60, 81]

/** What is used of ssh2 that it does not show. */
interface Inside {
  readonly _sock: Duplex
  readonly _protocol: {
    readonly _cipher: { encrypt(packet: Buffer): void }
    readonly _packetRW: {
      readonly write: {
        readonly allocStart: number
        alloc(length: number): Buffer
        finalize(packet: Buffer): Buffer
      }
    }
  }
}

/** SSH messages that no sshd sends so. */
export const hostileMessage = {
  ignored: () => message(IGNORE, text('x'.repeat(1000))),
  banner: () => message(BANNER, text('b'.repeat(30_000)), text('')),
  /** No prompt in it, so nothing is to be typed. RFC 4256 §3.2. */
  infoRequest: () => message(INFO_REQUEST, text(''), text(''), text(''), Buffer.alloc(4)),
  unaskedSuccess: () => message(REQUEST_SUCCESS),
} as const

/** Whatever state the connection is in. */
export function sayRaw(client: Connection, bytes: Buffer): void {
  const { _cipher: cipher, _packetRW: packets } = (client as unknown as Inside)._protocol
  const packet = packets.write.alloc(bytes.length)
  packet.set(bytes, packets.write.allocStart)
  cipher.encrypt(packets.write.finalize(packet))
}

/** As fast as it is taken, for ever. */
export function sayWithoutEnd(client: Connection, bytes: Buffer): void {
  const socket = (client as unknown as Inside)._sock
  const more = () => {
    while (socket.writable && !socket.writableNeedDrain) sayRaw(client, bytes)
  }
  socket.on('drain', more)
  more()
}

const message = (type: number, ...fields: readonly Buffer[]) =>
  Buffer.concat([Buffer.from([type]), ...fields])

/** RFC 4251 §5. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
