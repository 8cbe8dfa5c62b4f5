import { closeSync, constants, openSync, writeSync } from 'node:fs'

const GOODBYE = '\r\nFleetkey: this session was ended by somebody who may.\r\n'

/**
 * To a terminal, by its device number: pseudo terminals alone (Unix98: majors 136 to 143). The text is always the same, so nothing can be
 * written on anybody's screen by it. A terminal that takes nothing more is not waited for, and one that cannot be had is left alone.
 */
export function sayGoodbye(terminal: number): void {
  // proc(5), 7: minor number in bits 31 to 20 and 7 to 0, major in 15 to 8.
  const major = (terminal >> 8) & 0xff
  const minor = (terminal & 0xff) | ((terminal >>> 12) & 0xfff00)
  if (major < 136 || major > 143) return
  const { O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants
  try {
    const path = `/dev/pts/${(major - 136) * 0x100000 + minor}`
    const file = openSync(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)
    try {
      writeSync(file, GOODBYE)
    } finally {
      closeSync(file)
    }
  } catch {
    // A courtesy: the session ends either way.
  }
}
