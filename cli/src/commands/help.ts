import { COMMAND_GROUPS, COMMANDS, findCommand } from '../commands.ts'
import { EXIT_CODE_MEANINGS, EXIT_CODES, type Cause } from '../exit-codes.ts'
import { usageFailure } from '../failure.ts'
import { isProgramName, startProgram } from '../programs.ts'
import type { Screen } from '../screen.ts'

/** `fleetkey help [TOPIC]`: the overview, a command's help, or `exit-codes`. */
export async function help(topics: readonly string[], screen: Screen): Promise<number> {
  const [topic, ...more] = topics
  if (topic === undefined) {
    screen.out(overview())
    return EXIT_CODES.ok
  }
  if (topic === 'exit-codes') {
    screen.out(exitCodes())
    return EXIT_CODES.ok
  }
  if (isProgramName(topic)) return startProgram(topic, [...more, '--help'])
  const entry = findCommand(topic)
  if (!entry?.load) {
    throw usageFailure(`There is no help about "${topic}".`, 'See what there is: fleetkey help')
  }
  const command = await entry.load(screen)
  return (await import('../command.ts')).runCommand(command, [topic, ...more, '--help'])
}

function overview(): string {
  const lines = ['Usage: fleetkey COMMAND …', '', 'SSH access without standing keys.']
  const width = Math.max(...COMMANDS.map(({ name }) => name.length))
  for (const group of COMMAND_GROUPS) {
    lines.push('', `${group}:`)
    for (const { name, summary } of COMMANDS.filter((entry) => entry.group === group)) {
      lines.push(`  ${name.padEnd(width)}  ${summary}`)
    }
  }
  lines.push(
    '',
    'Examples:',
    '  fleetkey demo                   try everything on this machine',
    '  fleetkey login --endpoint URL   log in to your server as yourself',
    '  fleetkey ssh web-1              log in; no key of yours is on the host afterwards',
    '  fleetkey doctor web-1           find out why a login does not work',
    '  fleetkey events --follow        watch who goes where',
    '',
    'Every command has --help. Causes of failure: fleetkey help exit-codes',
  )
  return `${lines.join('\n')}\n`
}

function exitCodes(): string {
  const lines = (Object.keys(EXIT_CODES) as Cause[]).map(
    (cause) => `  ${String(EXIT_CODES[cause]).padStart(3)}  ${EXIT_CODE_MEANINGS[cause]}`,
  )
  return [
    'Exit codes of fleetkey, by cause:',
    '',
    ...lines,
    '',
    '"fleetkey ssh" ends with the code of the remote command, or 255 when ssh itself failed,',
    'unless it never got that far: then with the code of the cause above.',
    '',
  ].join('\n')
}
