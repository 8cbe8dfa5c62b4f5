import { usageFailure } from '../failure.ts'

/** A port from the command line; undefined when none was given. */
export function parsePort(text: string | undefined, seeHelp: string): number | undefined {
  if (text === undefined) return undefined
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65535) throw usageFailure(`"${text}" is not a port.`, seeHelp)
  return port
}
