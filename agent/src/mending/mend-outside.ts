import type { Finding } from '@fleetkey/domain/finding'
import { parseFindings } from '@fleetkey/domain/finding'
import type { FixName } from '@fleetkey/domain/fix'
import { resolve } from 'node:path'
import { bad } from '../examination/say.ts'
import { isBoundByService, runOutside } from '../install/run-outside.ts'
import type { HostToMend } from './fix.ts'
import { mend } from './mend.ts'

/**
 * Mends what is named. An agent within the bounds of its service (ProtectSystem=strict, few capabilities) could not, so systemd runs
 * `fleetkey agent mend` beside it: names of fixes and of an account are all that it is handed.
 */
export async function mendOutside(
  fixes: readonly FixName[],
  host: HostToMend & { readonly dryRun: boolean },
): Promise<readonly Finding[]> {
  if (!isBoundByService()) return mend(fixes, host)
  const { osUser, dryRun } = host
  const program = [process.execPath, resolve(process.argv[1] ?? ''), 'agent', 'mend'] as const
  const { stdout, stderr } = await runOutside([
    ...program,
    ...fixes,
    ...(osUser === undefined ? [] : ['--os-user', osUser]),
    ...(dryRun ? ['--dry-run'] : []),
    '--output',
    'json',
  ])
  return readFindings(stdout) ?? [bad('mend', `The mending could not be started: ${stderr}`)]
}

function readFindings(text: string): readonly Finding[] | undefined {
  try {
    return parseFindings(JSON.parse(text))
  } catch {
    return undefined
  }
}
