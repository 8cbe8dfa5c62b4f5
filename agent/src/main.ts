import { parseArgs } from 'node:util'
import { FIX_NAMES, isFixName } from '@fleetkey/domain/fix'
import { isDelivery } from '@fleetkey/domain/host-facts'
import { AgentFailure, EXIT } from './exit-codes.ts'
import { reason } from './log.ts'
import { PATHS, pathsBelow, type Paths } from './paths.ts'
import { USAGE } from './usage.ts'

/** `fleetkey agent …`; argv is what follows. Resolves to the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const [name = '', ...args] = argv
  try {
    refuseSecrets(argv)
    if (name === '' || name === 'help' || name === '--help' || name === '-h') {
      process.stdout.write(USAGE.agent)
      return name === '' ? EXIT.usage : EXIT.ok
    }
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
    if (command === undefined) {
      throw new AgentFailure(
        'usage',
        `There is no "fleetkey agent ${name}": see "fleetkey agent --help".`,
      )
    }
    return await command(args, pathsOfThisHost())
  } catch (failure) {
    process.stderr.write(`fleetkey agent: ${reason(failure)}\n`)
    return failure instanceof AgentFailure ? failure.exitCode : EXIT.internal
  }
}

type Command = (args: readonly string[], paths: Paths) => Promise<number>

const COMMANDS: Readonly<Record<string, Command>> = {
  async join(args, paths) {
    const { values, positionals } = parse('join', args, {
      'token-file': { type: 'string' },
      'ca-file': { type: 'string' },
      replace: { type: 'boolean' },
    })
    if (values['help']) return help('join')
    const [url, ...more] = positionals
    if (url === undefined || more.length > 0) throw usage('join', 'join takes one URL')
    const { join } = await import('./join.ts')
    const { instanceId } = await join(
      {
        url,
        ...text('tokenFile', values['token-file']),
        ...text('caFile', values['ca-file']),
        replace: values['replace'] === true,
      },
      paths,
    )
    process.stdout.write(`Joined as ${instanceId}.

Next, on this host:
  fleetkey agent install    let sshd take pushed keys, and start the agent with the host
  fleetkey agent run        or run it here, without a service
An agent that runs already goes on as before until it is started again.
`)
    return EXIT.ok
  },

  async run(args, paths) {
    const { values } = parse('run', args, {})
    if (values['help']) return help('run')
    const { run } = await import('./run.ts')
    return run(paths)
  },

  async status(args, paths) {
    const { values } = parse('status', args, { output: { type: 'string', default: 'text' } })
    if (values['help']) return help('status')
    const { showStatus } = await import('./show-status.ts')
    return showStatus(outputOf('status', values['output']), paths)
  },

  async install(args) {
    const { values } = parse('install', args, {
      delivery: { type: 'string' },
      lock: { type: 'boolean' },
      'no-lock': { type: 'boolean' },
      'dry-run': { type: 'boolean' },
    })
    if (values['help']) return help('install')
    const { delivery } = values
    if (delivery !== undefined && (typeof delivery !== 'string' || !isDelivery(delivery))) {
      throw usage('install', '--delivery is command, file, home or metadata')
    }
    const { install } = await import('./install/install.ts')
    return report(
      install({
        ...(delivery === undefined ? {} : { delivery }),
        ...(values['lock'] === true ? { lock: true } : {}),
        ...(values['no-lock'] === true ? { lock: false } : {}),
        ...(values['dry-run'] === true ? { dryRun: true } : {}),
      }),
    )
  },

  async examine(args, paths) {
    const { values } = parse('examine', args, {
      'os-user': { type: 'string' },
      from: { type: 'string' },
      output: { type: 'string', default: 'text' },
    })
    if (values['help']) return help('examine')
    const { showExamination } = await import('./show-findings.ts')
    return showExamination(
      { ...text('osUser', values['os-user']), ...text('address', values['from']) },
      { output: outputOf('examine', values['output']), paths },
    )
  },

  async mend(args, paths) {
    const { values, positionals } = parse('mend', args, {
      'os-user': { type: 'string' },
      'dry-run': { type: 'boolean' },
      output: { type: 'string', default: 'text' },
    })
    if (values['help']) return help('mend')
    if (positionals.length === 0 || !positionals.every(isFixName)) {
      throw usage('mend', `a fix is one of ${FIX_NAMES.join(', ')}`)
    }
    const { showMending } = await import('./show-findings.ts')
    return showMending(positionals, {
      ...text('osUser', values['os-user']),
      dryRun: values['dry-run'] === true,
      output: outputOf('mend', values['output']),
      paths,
    })
  },

  async uninstall(args) {
    const { values } = parse('uninstall', args, {})
    if (values['help']) return help('uninstall')
    const { uninstall } = await import('./install/uninstall.ts')
    return report(uninstall())
  },
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>

interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  readonly positionals: readonly string[]
}

function parse(name: keyof typeof USAGE, args: readonly string[], options: Options): Parsed {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    })
    if (name !== 'join' && name !== 'mend' && positionals.length > 0)
      throw new Error(`${name} takes options only`)
    return { values: values as Parsed['values'], positionals }
  } catch (failure) {
    throw usage(name, reason(failure))
  }
}

const usage = (name: keyof typeof USAGE, what: string) =>
  new AgentFailure('usage', `${what}\n\n${USAGE[name]}`)

function help(name: keyof typeof USAGE): number {
  process.stdout.write(USAGE[name])
  return EXIT.ok
}

/** What was done, line by line, or why it was not. */
async function report(done: Promise<{ readonly lines: readonly string[] }>): Promise<number> {
  const { InstallRefused } = await import('./install/install-report.ts')
  const { lines } = await done.catch((failure: unknown) => {
    throw failure instanceof InstallRefused
      ? new AgentFailure('configuration', failure.message)
      : failure
  })
  process.stdout.write(lines.map((line) => `${line}\n`).join(''))
  return EXIT.ok
}

function outputOf(name: keyof typeof USAGE, output: unknown): 'text' | 'json' {
  if (output === 'text' || output === 'json') return output
  throw usage(name, '--output is text or json')
}

const text = <Name extends string>(name: Name, value: unknown) =>
  typeof value === 'string' ? ({ [name]: value } as { readonly [Key in Name]: string }) : {}

/** The token is spent by whoever reads it first, and a command line is public: ps, shell history, audit logs. */
function refuseSecrets(argv: readonly string[]): void {
  if (!argv.some((arg) => arg.includes('fkjoin_'))) return
  throw new AgentFailure(
    'usage',
    'A join token stood on the command line, where others may have read it: make a new one, and give it by --token-file, FLEETKEY_JOIN_TOKEN or stdin.',
  )
}

function pathsOfThisHost(): Paths {
  const root = process.env['FLEETKEY_AGENT_ROOT']
  if (root === undefined || root === '') return PATHS
  if (!root.startsWith('/'))
    throw new AgentFailure('usage', 'FLEETKEY_AGENT_ROOT must be an absolute path')
  return pathsBelow(root.replace(/\/+$/, ''))
}
