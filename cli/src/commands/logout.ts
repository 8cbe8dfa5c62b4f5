import type { Command } from 'commander'
import { defineCommand } from '../command.ts'
import { profileName } from '../config/settings.ts'
import { printable } from '../output.ts'
import type { Screen } from '../screen.ts'

/** `fleetkey logout` */
export function logoutCommand(screen: Screen): Command {
  return defineCommand(screen, 'logout', {
    summary:
      'End your login: here, at the server and at the provider. Access keys are not touched.',
    examples: ['fleetkey logout', 'fleetkey logout --profile sre', 'fleetkey logout --all'],
  })
    .option('--profile <name>', 'profile of "fleetkey login" (also FLEETKEY_PROFILE)')
    .option('--all', 'all profiles')
    .action(async (flags: { readonly profile?: string; readonly all?: true }) => {
      const { profilesWithSession } = await import('../sign-in/session-cache.ts')
      const { logOut } = await import('../sign-in/log-out.ts')
      const profiles = flags.all
        ? profilesWithSession(screen.env)
        : [profileName(flags, screen.env)]
      if (profiles.length === 0) screen.out('You were not logged in.\n')
      for (const profile of profiles) {
        const { wasLoggedIn, left } = await logOut(profile, screen)
        const where = profile === 'default' ? '' : ` (profile ${printable(profile)})`
        screen.out(wasLoggedIn ? `Logged out${where}.\n` : `You were not logged in${where}.\n`)
        for (const note of left) screen.err(`Note: ${printable(note)}\n`)
      }
    })
}
