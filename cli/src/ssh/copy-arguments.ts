import { firmOptions, unsharedUnless, type LoginFiles } from './firm-options.ts'
import type { LoginTarget } from './login-target.ts'

/**
 * The same for scp and sftp, which hand options on to ssh. The instance's id stands for it in their operands (`i-…:path`), so that no
 * address has to be written between brackets.
 */
export function copyArguments(
  target: LoginTarget,
  files: LoginFiles,
  asked: Parameters<typeof firmOptions>[2] & {
    readonly configFile: string | undefined
    readonly options: readonly string[]
    /** Remote ones already with the instance's id. */
    readonly operands: readonly string[]
  },
): readonly string[] {
  const place = [`HostName=${target.address}`, `Port=${target.port}`, `User=${target.osUser}`]
  return [
    '-F',
    asked.configFile ?? files.config,
    ...[...firmOptions(target, files, asked), ...place].flatMap((option) => ['-o', option]),
    ...asked.options,
    ...unsharedUnless(asked.options),
    '--',
    ...asked.operands,
  ]
}
