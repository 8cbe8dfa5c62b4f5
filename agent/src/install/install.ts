import type { DeliveryKind } from '@fleetkey/domain/host-facts'
import { existsSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isRoot } from '../deliveries/replace-file.ts'
import { ensureRunDirectories } from '../deliveries/run-directories.ts'
import { DeliveryFailed } from '../delivery.ts'
import { measureLock } from '../lock.ts'
import { PATHS } from '../paths.ts'
import { loadSettings } from '../settings.ts'
import type { SshdConfig } from '../sshd.ts'
import { readSoundConfig } from './configure-sshd.ts'
import { ensureHelperAccount, removeHelperAccount } from './helper-account.ts'
import { writeHelper, removeHelper } from './helper.ts'
import { checkHostPackage, trustManagedRoot } from './host-package-trust.ts'
import { InstallRefused, type InstallReport } from './install-report.ts'
import { allOrNothing, type PutBack, rememberFile } from './put-back.ts'
import { removeOtherKeys } from './remove-other-keys.ts'
import { findHookProblem, installSessionHook } from './session-hook.ts'
import { enableService, isSystemdRunning } from './service-unit.ts'
import { readSettings } from './sshd-config-files.ts'
import { lockedLine, sshdSettings } from './sshd-settings.ts'
import { refuseOldSshd, settle, tellSshd } from './tell-sshd.ts'
import { writeDelivery } from './write-delivery.ts'

export interface InstallOptions {
  /** Default: what agent.json says, else `command`. Kept in agent.json. */
  readonly delivery?: DeliveryKind
  /** Shut every other way in, or open again what an earlier install shut. Default: as it is. */
  readonly lock?: boolean
  /** Only say what would be done. */
  readonly dryRun?: boolean
  /** What systemd starts. Default: this program with `agent run`. */
  readonly command?: readonly string[]
}

/**
 * Makes sshd and the system ready for the agent; may be run again, also with other options. Either all of it is done or, with an
 * InstallRefused that says why, everything is as it was, byte for byte. sshd is told only of a configuration that it accepts.
 */
export async function install(options: InstallOptions = {}): Promise<InstallReport> {
  if (!isRoot()) throw new InstallRefused('Only root can install the agent.')
  const kind = options.delivery ?? loadSettings(PATHS.settings).delivery
  const now = await readSoundConfig()
  // An upgrade that forgot the option must not open a host.
  const lock = options.lock ?? readSettings().includes(lockedLine)
  const inTheWay = kind === 'metadata' ? await checkHostPackage() : []
  if (options.dryRun === true) return plan(kind, { lock, now, inTheWay })
  return allOrNothing(async (putBack) => {
    const run = dirname(PATHS.keys)
    if (!existsSync(run)) putBack.push(() => rmSync(run, { recursive: true, force: true }))
    const settings = await settle(kind, { lock, putBack })
    const lines = [
      ...(await prepareHelper(kind, putBack)),
      ...(await tellSshd(settings, { now, putBack })),
      ...installSessionHook(now, putBack),
    ]
    putBack.push(rememberFile(PATHS.settings))
    writeDelivery(kind)
    await removeOtherKeys(kind)
    return {
      lines: [
        ...lines,
        ...(await sayLock(kind, lock)),
        ...(await startAgent(kind, options, putBack)),
        ...(kind === 'metadata'
          ? await trustManagedRoot({ isAgentStarted: isSystemdRunning() })
          : []),
        ...inTheWay,
      ],
    }
  })
}

async function prepareHelper(kind: DeliveryKind, putBack: PutBack[]): Promise<readonly string[]> {
  if (kind !== 'command') {
    await makeRunDirectories(kind)
    return []
  }
  const isNew = await ensureHelperAccount()
  if (isNew) putBack.push(async () => void (await removeHelperAccount()))
  const putHelperBack = rememberFile(PATHS.helper)
  putBack.push(() => {
    removeHelper()
    putHelperBack()
  })
  writeHelper()
  await makeRunDirectories(kind)
  return [...(isNew ? ['made the system account fleetkey'] : []), `wrote ${PATHS.helper}`]
}

async function makeRunDirectories(kind: DeliveryKind): Promise<void> {
  try {
    await ensureRunDirectories(kind)
  } catch (error) {
    if (error instanceof DeliveryFailed) throw new InstallRefused(error.message, { cause: error })
    throw error
  }
}

async function sayLock(kind: DeliveryKind, lock: boolean): Promise<readonly string[]> {
  const state = await measureLock([], { delivery: kind })
  switch (state.kind) {
    case 'locked':
      return ['locked: grants are the only way in']
    case 'open':
      return [
        ...state.ways.map((way) => `another way in is open: ${way}`),
        ...(lock ? [] : ['"fleetkey agent install --lock" shuts every other way in']),
      ]
    case 'unknown':
      return [`whether there are other ways in is not known: ${state.because}`]
  }
}

async function startAgent(
  kind: DeliveryKind,
  options: InstallOptions,
  putBack: PutBack[],
): Promise<readonly string[]> {
  if (!isSystemdRunning())
    return ['no systemd here: have your init start "fleetkey agent run" as root']
  const program = [process.execPath, resolve(process.argv[1] ?? ''), 'agent', 'run']
  await enableService(kind, { command: options.command ?? program, putBack })
  return ['enabled and started fleetkey-agent.service']
}

async function plan(
  kind: DeliveryKind,
  options: {
    readonly lock: boolean
    readonly now: SshdConfig
    readonly inTheWay: readonly string[]
  },
): Promise<InstallReport> {
  const { lock, now, inTheWay } = options
  await refuseOldSshd(kind)
  const settings = sshdSettings(kind, { lock, before: now })
  return {
    lines: [
      ...(kind === 'command'
        ? [`would make the system account fleetkey and write ${PATHS.helper}`]
        : []),
      ...settings.map((setting) => `would tell sshd: ${setting.join(' ')}`),
      'would check with "sshd -t" and "sshd -T", then reload sshd; sessions go on',
      ...sayHook(now),
      ...(isSystemdRunning() ? ['would enable and start fleetkey-agent.service'] : []),
      ...(kind === 'metadata'
        ? ["would have Amazon's host package trust the signer of this deployment"]
        : []),
      ...inTheWay,
    ],
  }
}

function sayHook(now: SshdConfig): readonly string[] {
  const problem = findHookProblem(now)
  return problem === undefined
    ? [`would have PAM tell of logins: ${PATHS.sessionHook}`]
    : [`logins would be seen without their keys: ${problem}`]
}
