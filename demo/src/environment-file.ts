import type { ClientEnvironment } from '@fleetkey/fleet/fleetkey'

/** A file for `. FILE` in a shell: sets endpoint, region, CA and credentials for fleetkey and for the AWS tools. */
export function environmentFile(environment: ClientEnvironment): string {
  const lines = Object.entries(environment).map(
    ([name, value]) => `export ${name}=${quoted(value)}`,
  )
  return `# Made by "fleetkey demo"; works while it runs.\nunset ${OTHERS.join(' ')}\n${lines.join('\n')}\n`
}

/** What another file of ours, or the person's own set-up, may have left in the shell. */
const OTHERS = [
  'AWS_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'FLEETKEY_HOME',
]

/** POSIX shell: within single quotes nothing is special but the quote itself. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
