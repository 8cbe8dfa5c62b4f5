import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { acceptedEncodings } from './console/page-files.ts'

/** Below it a packet or two would be spared. Whatever tells a secret is far below: how long it gets by packing says nothing about it. */
const WORTH_IT = 16 * 1024

const pack = promisify(gzip)

/** The body of an answer, packed for who takes it so: a list of thousands becomes a twentieth. Others run meanwhile. */
export async function packedAnswer(
  body: Buffer,
  acceptEncoding: string,
): Promise<{ readonly body: Buffer; readonly encoding?: 'gzip' }> {
  if (body.length < WORTH_IT || !acceptedEncodings(acceptEncoding).includes('gzip')) return { body }
  return { body: await pack(body, { level: constants.Z_BEST_SPEED }), encoding: 'gzip' }
}
