import { readFileSync } from 'node:fs'

/** The version of this server, as its package says. */
export const VERSION = readVersion()

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return String((JSON.parse(text) as { version?: unknown }).version)
}
