import { firmOptions, unsharedUnless, type LoginFiles } from './firm-options.ts'
import type { LoginTarget } from './login-target.ts'

/** The command line for the machine's own ssh: what must not change first, then the person's own. */
export function sshArguments(
  target: LoginTarget,
  files: LoginFiles,
  asked: Parameters<typeof firmOptions>[2] & {
    readonly configFile: string | undefined
    readonly options: readonly string[]
    readonly command: readonly string[]
  },
): readonly string[] {
  return [
    '-F',
    asked.configFile ?? files.config,
    ...firmOptions(target, files, asked).flatMap((option) => ['-o', option]),
    ...asked.options,
    ...unsharedUnless(asked.options),
    '-p',
    String(target.port),
    '-l',
    target.osUser,
    '--',
    target.address,
    ...asked.command,
  ]
}
