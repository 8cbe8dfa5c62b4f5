import pino, { type DestinationStream } from 'pino'

/** What is kept of a log that cannot be written, until it can. */
const MAX_WAITING = 1_048_576

/**
 * Where the log goes: at once, so that the last line before a crash is there. What cannot be written waits and, beyond a megabyte, is lost: on
 * a full disk the server must go on to say so to whoever asks, and pino would throw where the line was logged.
 */
export function logDestination(fd: number): DestinationStream {
  const destination = pino.destination({ fd, sync: true, maxLength: MAX_WAITING })
  destination.on('error', () => {})
  return destination
}
