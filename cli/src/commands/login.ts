import { Option, type Command } from 'commander'
import { defineCommand, withListingFlags } from '../command.ts'
import { untilInterrupted } from '../interrupt.ts'
import { printable, printableJson } from '../output.ts'
import type { OutputFormat, Screen } from '../screen.ts'
import type { LoginFlags } from '../sign-in/log-in.ts'
import { loginView } from '../sign-in/login-view.ts'
import { localTime } from '../time.ts'

/** `fleetkey login` */
export function loginCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'login', {
    summary: 'Log in as yourself: at the sign-in provider of your company, or with a password.',
    examples: [
      'fleetkey login --endpoint https://fleetkey.example.com:8443   the first time; later: fleetkey login',
      'fleetkey login --device                                       sign in with a browser on another machine',
      'fleetkey login --role sre --profile sre                       another role, beside the first',
      'fleetkey login --user alice                                   with a password of the server',
      '',
      '  The password is asked for, or read from standard input: the password, then the code of your device',
      '  if you have one, then a new password twice if one is due, a line each.',
    ],
  })
  return withListingFlags(command)
    .option('--ca-file <file>', "PEM file of the authority that signed the server's certificate")
    .option('--issuer <url>', 'the provider, if the server knows several')
    .option('--client-id <id>', 'what fleetkey is called there')
    .option('--role <name>', 'name or ARN of the role to take, if you may take several')
    .option('--duration <seconds>', 'how long a session lives: 900 to 43200, or as 15m, 8h')
    .option('--device', 'sign in with a browser on another machine, by a code')
    .addOption(new Option('--no-browser', 'print the address and open nothing'))
    .option('--user <name>', 'sign in with the password that this user has at the server')
    .action(async (flags: LoginFlags & { readonly output: OutputFormat }) => {
      const { profile, session } = await untilInterrupted((signal) =>
        logInLazily(flags, screen, signal),
      )
      const { renewable, ...view } = loginView(session)
      if (flags.output === 'json') {
        const { endpoint, arn } = session
        screen.out(`${printableJson({ profile, endpoint, arn, ...view, renewable })}\n`)
      } else {
        const until = localTime(session.expiresAt)
        screen.out(`Logged in as ${printable(session.arn)}\n`)
        screen.out(`until ${until}${renewable ? ', then renewed by itself' : ''}.\n`)
      }
      sayWhatGoesBefore(screen, flags)
    })
}

async function logInLazily(flags: LoginFlags, screen: Screen, signal: AbortSignal) {
  const { logIn } = await import('../sign-in/log-in.ts')
  return logIn(flags, screen, signal)
}

function sayWhatGoesBefore(screen: Screen, flags: LoginFlags): void {
  const set = ['FLEETKEY_ACCESS_KEY_ID', 'AWS_ACCESS_KEY_ID'].find((name) => screen.env[name])
  if (set === undefined || flags.profile !== undefined) return
  screen.err(
    `Note: ${set} is set and goes before this login. Unset it, or name the profile: --profile\n`,
  )
}
