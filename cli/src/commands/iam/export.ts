import type { Command } from 'commander'
import { withApi } from '../../api/with-api.ts'
import { defineCommand, withConnectionFlags } from '../../command.ts'
import type { ConnectionFlags } from '../../config/settings.ts'
import type { Screen } from '../../screen.ts'

/** `fleetkey iam export`: the file that would make the server as it is. */
export function exportCommand(screen: Screen): Command {
  const about = {
    summary:
      'Print users, groups, roles, policies and providers as a file for "iam apply". No secrets.',
    examples: ['fleetkey iam export > iam.yaml', 'fleetkey iam export | fleetkey iam plan -'],
  }
  return withConnectionFlags(defineCommand(screen, 'export', about)).action(
    async (flags: ConnectionFlags) => {
      const [{ readDirectory }, { fileOf }, { askBy }, { faultsAsFailures }] = await Promise.all([
        import('@fleetkey/iam/apply/read-directory'),
        import('@fleetkey/iam/apply/write-file'),
        import('../../apply/ask-by.ts'),
        import('../../apply/as-failure.ts'),
      ])
      const { directory } = await withApi(screen, flags, (api) =>
        faultsAsFailures(() => readDirectory(askBy(api))),
      )
      screen.out(fileOf(directory))
    },
  )
}
