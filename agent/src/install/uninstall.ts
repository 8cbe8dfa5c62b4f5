import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { isRoot } from '../deliveries/replace-file.ts'
import { PATHS } from '../paths.ts'
import { readSoundConfig } from './configure-sshd.ts'
import { removeHelperAccount } from './helper-account.ts'
import { removeIngress } from '../ingress/remove-ingress.ts'
import { removeHelper } from './helper.ts'
import { InstallRefused, type InstallReport } from './install-report.ts'
import { allOrNothing } from './put-back.ts'
import { reloadSshd } from './reload-sshd.ts'
import { removeOtherKeys } from './remove-other-keys.ts'
import { removeService } from './service-unit.ts'
import { removeSessionHook } from './session-hook.ts'
import { removeSettings } from './sshd-config-files.ts'

/**
 * Takes out what install put in, and every live key: sshd does what it did before. Identity and settings stay (/var/lib/fleetkey,
 * /etc/fleetkey), for an agent that comes back. Throws InstallRefused, and then sshd is as it was.
 */
export async function uninstall(): Promise<InstallReport> {
  if (!isRoot()) throw new InstallRefused('Only root can remove the agent.')
  const hadService = await removeService()
  const lines = await restoreSshd()
  // After sshd has stopped asking for them.
  await removeOtherKeys('none')
  rmSync(dirname(PATHS.keys), { recursive: true, force: true })
  removeHelper()
  const hadTable = await removeIngress()
  const hadAccount = await removeHelperAccount()
  return {
    lines: [
      ...(hadService ? ['stopped and removed fleetkey-agent.service'] : []),
      ...lines,
      `removed every live key and ${PATHS.helper}`,
      ...(hadTable ? ['removed the nftables table of the security groups'] : []),
      ...(hadAccount ? ['removed the system account fleetkey'] : []),
      `kept ${PATHS.state} and ${dirname(PATHS.settings)}: remove them to forget this instance`,
    ],
  }
}

/** A configuration that sshd would not start with is worse than ours in it: then it is put back. */
function restoreSshd(): Promise<readonly string[]> {
  return allOrNothing(async (putBack) => {
    const hadHook = removeSessionHook(putBack)
    const lines = hadHook ? ['took our line out of the rules of PAM'] : []
    if (!removeSettings(putBack)) return lines
    return [
      ...lines,
      'took our lines out of the configuration of sshd',
      await reloadSshd(await readSoundConfig()),
    ]
  })
}
