import { crc32, deflateSync } from 'node:zlib'

/** Black and white squares as a PNG image (PNG specification §5), `scale` pixels each: what a QR code needs and no more. */
export function encodePng(
  rows: readonly (readonly boolean[])[],
  { scale }: { readonly scale: number },
): Uint8Array {
  const size = rows.length * scale
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  // One bit a pixel, greyscale.
  header[8] = 1
  const lines = rows.flatMap((row) => {
    const line = packLine(row.flatMap((isBlack) => Array.from({ length: scale }, () => isBlack)))
    return Array.from({ length: scale }, () => line)
  })
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(lines))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Filter type 0, then the pixels: a set bit is white. */
function packLine(pixels: readonly boolean[]): Buffer {
  const line = Buffer.alloc(1 + Math.ceil(pixels.length / 8))
  for (const [index, isBlack] of pixels.entries()) {
    const at = 1 + (index >> 3)
    if (!isBlack) line[at] = (line[at] ?? 0) | (0x80 >> (index & 7))
  }
  return line
}

function chunk(type: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
