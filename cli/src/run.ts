import { EXIT_CODES } from './exit-codes.ts'
import { Failure, failureText, usageFailure } from './failure.ts'
import { printable } from './output.ts'
import { isProgramName, startProgram } from './programs.ts'
import { processScreen, type Screen } from './screen.ts'

/** Runs one command line and answers with its exit code. Expected failures are printed here, once, on stderr. */
export async function run(
  argv: readonly string[],
  screen: Screen = processScreen(),
): Promise<number> {
  try {
    return await dispatch(argv, screen)
  } catch (error) {
    if (error instanceof Failure) {
      screen.err(failureText(error, screen.paintErr))
      return error.exitCode
    }
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
    screen.err(`fleetkey: this should not have happened; please report it\n`)
    screen.err(
      `${detail
        .split('\n')
        .map((line) => printable(line))
        .join('\n')}\n`,
    )
    return EXIT_CODES.internal
  }
}

async function dispatch(argv: readonly string[], screen: Screen): Promise<number> {
  const [name, ...rest] = argv
  if (name === '--version' || name === '-V') {
    screen.out(`fleetkey ${(await import('./version.ts')).VERSION}\n`)
    return EXIT_CODES.ok
  }
  if (isProgramName(name)) return startProgram(name, rest)
  // ssh's grammar is OpenSSH's, with options that take over the rest of the line; it parses for itself.
  if (name === 'ssh' && !asksForHelp(rest)) {
    return (await import('./commands/ssh.ts')).ssh(rest, screen)
  }
  if ((name === 'scp' || name === 'sftp') && !asksForHelp(rest)) {
    return (await import('./commands/copy.ts')).copy(name, rest, screen)
  }
  // What ssh starts is part of every login, too.
  if (name === 'proxy' && !asksForHelp(rest)) {
    return (await import('./commands/proxy.ts')).proxy(rest, screen)
  }
  if (name === 'ssh-config' && rest[0] === 'connect') {
    return (await import('./ssh-config/connect.ts')).connectForSsh(rest.slice(1), screen)
  }
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    return (await import('./commands/help.ts')).help(rest, screen)
  }
  const entry = (await import('./commands.ts')).findCommand(name)
  if (!entry?.load) {
    throw usageFailure(`There is no command "${name}".`, 'See what there is: fleetkey help')
  }
  const command = await entry.load(screen)
  return (await import('./command.ts')).runCommand(command, argv)
}

function asksForHelp(rest: readonly string[]): boolean {
  const before = rest.indexOf('--')
  return (before === -1 ? rest : rest.slice(0, before)).includes('--help')
}
