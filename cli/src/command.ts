import { Command, Help, Option } from 'commander'
import type { ConnectionFlags } from './config/settings.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { printable } from './output.ts'
import type { OutputFormat, Screen } from './screen.ts'

/** What every command that talks to the server takes. */
export interface ListingFlags extends ConnectionFlags {
  readonly output: OutputFormat
}

/** A command in the house's shape: examples under its help, errors and help through the screen, never an exit on its own. */
export function defineCommand(
  screen: Screen,
  name: string,
  about: { readonly summary: string; readonly examples: readonly string[] },
): Command {
  const examples = about.examples.map((example) => `  ${example}`).join('\n')
  return new Command(name)
    .description(about.summary)
    .addHelpText('after', `\nExamples:\n${examples}`)
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .configureHelp({ optionDescription })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => screen.out(text),
      writeErr: (text) => screen.err(text),
      outputError: (text, write) => write(complaint(screen, text)),
    })
}

/** That nothing is given unless it is given goes without saying. */
function optionDescription(option: Option): string {
  return new Help().optionDescription(option).replace(/ \(default: \[\]\)$/, '')
}

export function withConnectionFlags(command: Command): Command {
  return command
    .option('--profile <name>', 'profile of "fleetkey configure" (also FLEETKEY_PROFILE)')
    .option('--endpoint <url>', 'address of the server (also FLEETKEY_ENDPOINT, AWS_ENDPOINT_URL)')
    .option('--region <region>', "the server's region (also AWS_REGION)")
}

export function withListingFlags(command: Command): Command {
  const output = new Option('--output <format>', 'for people or for programs')
  return withConnectionFlags(command).addOption(output.choices(['table', 'json']).default('table'))
}

/** For an option that may be given several times; its default is an empty list. */
export function severalTimes(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

/** Runs the command line against one command and answers with the exit code. */
export async function runCommand(command: Command, argv: readonly string[]): Promise<number> {
  const root = new Command('fleetkey').exitOverride().helpCommand(false).addCommand(command)
  // What follows a command is left to it, so that it can leave what follows to one of its own.
  root.enablePositionalOptions()
  root.configureOutput(command.configureOutput())
  try {
    await root.parseAsync([...argv], { from: 'user' })
    return EXIT_CODES.ok
  } catch (error) {
    const exit = asCommanderExit(error)
    if (!exit) throw error
    return exit.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage
  }
}

/** What commander throws after it has printed a help text or a complaint. */
function asCommanderExit(error: unknown): { readonly exitCode: number } | undefined {
  if (!(error instanceof Error) || !('exitCode' in error) || !('code' in error)) return undefined
  const { code, exitCode } = error
  return String(code).startsWith('commander.') ? { exitCode: Number(exitCode) } : undefined
}

/** Commander quotes what was typed, which may have come from anywhere. */
function complaint(screen: Screen, text: string): string {
  const said = text.trim().replace(/^error: /, '')
  const lines = said.split('\n').map((line) => printable(line))
  return `${screen.paintErr.bad('fleetkey:')} ${lines.join('\n  ')}\n  ${screen.paintErr.faint('do')}      see the same command with --help\n`
}
