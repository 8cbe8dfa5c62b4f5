import { readFile } from 'node:fs/promises'
import { decodeAnchor, type Anchor } from '@fleetkey/wire/trail/anchor'
import { Failure } from '../failure.ts'

/** The lines of an anchor: a file that the server appended to, or what its webhook was sent. */
export async function readAnchorFile(path: string): Promise<readonly Anchor[]> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new Failure('fileUnreadable', `${path} cannot be read.`, { why: [String(error)] })
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  // A power cut may leave the last one half written.
  const anchors = lines.map(decodeAnchor)
  const bad = anchors.findIndex((anchor, at) => anchor === undefined && at < lines.length - 1)
  if (bad === -1 && anchors.some((anchor) => anchor !== undefined)) {
    return anchors.filter((anchor) => anchor !== undefined)
  }
  throw new Failure('fileUnreadable', `${path} is no file of anchors.`, {
    why: [bad === -1 ? 'no line of it is one' : `line ${bad + 1} is none`],
    todo: [
      'Name the file of "trail.anchors" in the configuration of the server, one line a digest.',
    ],
  })
}
