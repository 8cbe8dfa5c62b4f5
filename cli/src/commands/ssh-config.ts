import type { Command } from 'commander'
import { withApi } from '../api/with-api.ts'
import { resolve } from 'node:path'
import { defineCommand } from '../command.ts'
import { isProfileName } from '../config/profiles.ts'
import { readSettings } from '../config/settings.ts'
import { usageFailure } from '../failure.ts'
import { printable } from '../output.ts'
import type { Screen } from '../screen.ts'
import { checkOsUser } from '../ssh/login-target.ts'
import { hostsText } from '../ssh-config/config-text.ts'
import {
  addInclude,
  ageOfNames,
  defaultSshConfig,
  gatherParts,
  isInstalled,
  namesShown,
  readChoices,
  removeInclude,
  writeChoices,
  writeNames,
  type Choices,
} from '../ssh-config/installation.ts'
import { checkSshVersion } from '../ssh-config/ssh-version.ts'

/** Names are not fetched again sooner when an ssh asks for one that is not known. */
const FRESH_MS = 10_000
/** Somebody's ssh waits. */
const FROM_SSH_DEADLINE_MS = 3000

interface InstallFlags {
  readonly profile?: string
  readonly file?: string
}

/** `fleetkey ssh-config VERB` */
export function sshConfigCommand(screen: Screen): Command {
  return defineCommand(screen, 'ssh-config', {
    summary: 'Make plain ssh, and all that uses it, reach instances by name.',
    examples: [
      'fleetkey ssh-config install     then: ssh web-1, scp, rsync, sftp, git, Ansible, VS Code …',
      'fleetkey ssh-config show        what is in force',
      'fleetkey ssh-config uninstall   as it was before',
    ],
  })
    .addCommand(installCommand(screen))
    .addCommand(uninstallCommand(screen))
    .addCommand(showCommand(screen))
    .addCommand(refreshCommand(screen))
}

function installCommand(screen: Screen): Command {
  return defineCommand(screen, 'install', {
    summary: 'Put an Include into ~/.ssh/config; nothing else of it is touched.',
    examples: [
      'fleetkey ssh-config install',
      'fleetkey ssh-config install --profile work',
      'fleetkey ssh-config install --file ./ssh_config   then: ssh -F ./ssh_config web-1',
    ],
  })
    .option(
      '--profile <name>',
      'connect with this profile (default: the one in force when ssh runs)',
    )
    .option('--file <path>', 'another file than ~/.ssh/config')
    .addHelpText(
      'after',
      `
Then "ssh NAME" reaches the instance with that Name tag, "ssh i-…" the one with that id, "ssh NAME.fleetkey" also
one whose name has dots or is used for another host. A key is made for each connection, lives 60 seconds and never
touches a disk; the host is recognised by the keys that its agent reported. Without USER@ it is ssh's own default, the
name of your account here, unless the profile names another.
Hosts that your ~/.ssh/config names stay yours. Needs OpenSSH 8.5 or newer.`,
    )
    .action(async (flags: InstallFlags) => {
      checkSshVersion()
      const choices = await choose(flags, screen)
      await withApi(screen, flags, async (api) => {
        const parts = await writeNames(api, { env: screen.env, choices })
        writeChoices(screen.env, choices)
        addInclude(screen.env, choices)
        const names = namesShown(parts)
        const [first = 'i-…'] = names
        const left = new Set(parts.names).size - names.length
        screen.out(`ssh now knows ${count(names.length, 'instance')} by name: ssh ${first}\n`)
        if (left > 0) {
          screen.out(
            `${count(left, 'name')} with dots, blanks or the like, or used by your own hosts: by id, or NAME.fleetkey\n`,
          )
        }
        screen.out(
          `Included by ${printable(choices.sshConfig)}; undo: fleetkey ssh-config uninstall\n`,
        )
      })
    })
}

function uninstallCommand(screen: Screen): Command {
  return defineCommand(screen, 'uninstall', {
    summary: 'Take the Include out again, and all that came with it.',
    examples: ['fleetkey ssh-config uninstall'],
  }).action(() => {
    const sshConfig = readChoices(screen.env)?.sshConfig ?? defaultSshConfig()
    const was = removeInclude(screen.env, sshConfig)
    screen.out(`${printable(sshConfig)} ${was ? 'is as it was before' : 'has nothing of ours'}.\n`)
  })
}

function showCommand(screen: Screen): Command {
  return defineCommand(screen, 'show', {
    summary: 'Show what ssh is told, and for which names; changes nothing.',
    examples: ['fleetkey ssh-config show'],
  }).action(async () => {
    const choices = readChoices(screen.env)
    if (!choices || !isInstalled(choices)) {
      throw usageFailure('It is not installed.', 'fleetkey ssh-config install')
    }
    const { profile } = choices
    await withApi(screen, profile === undefined ? {} : { profile }, async (api) => {
      const parts = await gatherParts(api, { env: screen.env, choices })
      screen.out(`# Included by ${printable(choices.sshConfig)}\n${hostsText(parts)}`)
    })
  })
}

function refreshCommand(screen: Screen): Command {
  return defineCommand(screen, 'refresh', {
    summary:
      'Fetch the names of the instances again. ssh does so by itself for a name that it does not know.',
    examples: ['fleetkey ssh-config refresh'],
  })
    .option('--from-ssh', 'for ssh: at most every ten seconds, and in three or not at all')
    .action(async ({ fromSsh }: { readonly fromSsh?: boolean }) => {
      const choices = readChoices(screen.env)
      if (!choices) throw usageFailure('It is not installed.', 'fleetkey ssh-config install')
      if (fromSsh && ageOfNames(screen.env, screen.now()) < FRESH_MS) return
      const { profile } = choices
      const signal = fromSsh ? AbortSignal.timeout(FROM_SSH_DEADLINE_MS) : undefined
      await withApi(screen, profile === undefined ? {} : { profile }, async (api) => {
        const parts = await writeNames(api, {
          env: screen.env,
          choices,
          ...(signal === undefined ? {} : { signal }),
        })
        if (!fromSsh)
          screen.out(`ssh knows ${count(namesShown(parts).length, 'instance')} by name.\n`)
      })
    })
}

async function choose(flags: InstallFlags, screen: Screen): Promise<Choices> {
  const { profile } = flags
  if (profile !== undefined && !isProfileName(profile)) {
    throw usageFailure(`"${profile}" cannot be the name of a profile.`, 'See: fleetkey configure')
  }
  const { osUser } = await readSettings(flags, screen.env, { now: () => screen.now() })
  return {
    sshConfig: flags.file === undefined ? defaultSshConfig() : resolve(flags.file),
    profile,
    osUser: osUser === undefined ? undefined : checkOsUser(osUser),
  }
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
