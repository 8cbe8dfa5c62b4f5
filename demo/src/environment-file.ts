import type { ClientEnvironment } from '@fleetkey/fleet/fleetkey'

/** A file for `. FILE` in a shell: sets endpoint, region, CA and credentials for fleetkey and for the AWS tools. */
export function environmentFile(environment: ClientEnvironment): string {
  const lines = Object.entries(environment).map(
    ([name, value]) => `export ${name}=${quoted(value)}`,
  )
  return `# Made by "fleetkey demo"; works while it runs.\nunset AWS_PROFILE AWS_SESSION_TOKEN\n${lines.join('\n')}\n`
}

/** POSIX shell: within single quotes nothing is special but the quote itself. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
