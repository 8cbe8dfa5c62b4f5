import type { DeliveryKind } from '@fleetkey/domain/host-facts'
import { readSshdVersion, type SshdConfig, understandsUtcExpiry } from '../sshd.ts'
import { configureSshd, readSoundConfig } from './configure-sshd.ts'
import { InstallRefused } from './install-report.ts'
import type { PutBack } from './put-back.ts'
import { reloadSshd } from './reload-sshd.ts'
import { removeSettings } from './sshd-config-files.ts'
import { type SshdSetting, sshdSettings } from './sshd-settings.ts'

/** What sshd must be told, judged by what it does without what an earlier install told it. */
export async function settle(
  kind: DeliveryKind,
  { lock, putBack }: { readonly lock: boolean; readonly putBack: PutBack[] },
): Promise<readonly SshdSetting[]> {
  await refuseOldSshd(kind)
  removeSettings(putBack)
  return sshdSettings(kind, { lock, before: await readSoundConfig() })
}

export async function refuseOldSshd(kind: DeliveryKind): Promise<void> {
  const version = await readSshdVersion()
  if (kind === 'command' || kind === 'metadata' || understandsUtcExpiry(version)) return
  throw new InstallRefused(
    `The delivery "${kind}" leaves the end of a key to sshd, which can tell it from 9.1 on (here: ${version.text}): use "command".`,
  )
}

/** Writes them and has sshd read them; returns what happened. */
export async function tellSshd(
  settings: readonly SshdSetting[],
  { now, putBack }: { readonly now: SshdConfig; readonly putBack: PutBack[] },
): Promise<readonly string[]> {
  // Last of all that is undone for sshd: when the files are as before, it must know.
  putBack.unshift(async () => void (await reloadSshd(now)))
  const lines = settings.length === 0 ? [] : [`wrote ${await configureSshd(settings, putBack)}`]
  return [...lines, await reloadSshd(await readSoundConfig())]
}
