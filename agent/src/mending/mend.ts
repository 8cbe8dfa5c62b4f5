import { FIX_NAMES, FIXES, type FixName } from '@fleetkey/domain/fix'
import type { Finding } from '@fleetkey/domain/finding'
import { DeliveryFailed } from '../delivery.ts'
import { isRoot } from '../deliveries/replace-file.ts'
import { bad, good, note } from '../examination/say.ts'
import { InstallRefused } from '../install/install-report.ts'
import { reason } from '../log.ts'
import { type Fix, type HostToMend, MendRefused } from './fix.ts'
import { helperAccountFix } from './fixes/helper-account.ts'
import { helperFix } from './fixes/helper.ts'
import { permissionsFix } from './fixes/permissions.ts'
import { reloadSshdFix } from './fixes/reload-sshd.ts'
import { runDirectoriesFix } from './fixes/run-directories.ts'
import { sshdSettingsFix } from './fixes/sshd-settings.ts'
import { startSshdFix } from './fixes/start-sshd.ts'

const TABLE: Readonly<Record<FixName, Fix>> = {
  'helper-account': helperAccountFix,
  helper: helperFix,
  'run-directories': runDirectoriesFix,
  'sshd-settings': sshdSettingsFix,
  permissions: permissionsFix,
  'start-sshd': startSshdFix,
  'reload-sshd': reloadSshdFix,
}

/**
 * Mends what is named, in the order of FIX_NAMES, each by itself: what cannot be mended keeps nothing else from it. A finding for each
 * sentence: `good` for what was done, `note` for what would be (or where nothing was to do), `bad` for what was not.
 */
export async function mend(
  fixes: readonly FixName[],
  host: HostToMend & { readonly dryRun: boolean },
): Promise<readonly Finding[]> {
  const found: Finding[] = []
  for (const name of FIX_NAMES.filter((one) => fixes.includes(one))) {
    // oxlint-disable-next-line no-await-in-loop -- one needs what the one before made
    found.push(...(await mendOne(TABLE[name], host)))
  }
  return found
}

async function mendOne(
  fix: Fix,
  host: HostToMend & { readonly dryRun: boolean },
): Promise<readonly Finding[]> {
  const { name } = fix
  try {
    if (!isRoot()) throw new MendRefused('This agent does not run as root.')
    const steps = await fix.plan(host)
    if (steps.length === 0) return [note(name, 'Nothing to mend there.')]
    if (host.dryRun) return steps.map((step) => note(name, `Would ${step}.`))
    await fix.apply(host)
    return steps.map((step) => good(name, `Done: ${step}.`))
  } catch (failure) {
    return [bad(name, `Could not ${FIXES[name]}: ${wordsOf(failure)}`)]
  }
}

/** What a person can use; of anything else the message all the same: the host is the asker's own to mend. */
function wordsOf(failure: unknown): string {
  if (
    failure instanceof MendRefused ||
    failure instanceof InstallRefused ||
    failure instanceof DeliveryFailed
  ) {
    return failure.message
  }
  return `unforeseen, see the agent's log (${reason(failure)})`
}
