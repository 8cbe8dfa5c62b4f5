import type { Command } from 'commander'
import { defineCommand } from '../command.ts'
import type { Screen } from '../screen.ts'
import { accessKeysCommand } from './iam-access-keys.ts'
import { usersCommand } from './iam-users.ts'

/** `fleetkey iam …`; what is not here, the AWS CLI does: aws iam … --endpoint-url. */
export function iamCommand(screen: Screen): Command {
  return defineCommand(screen, 'iam', {
    summary: 'Users, their policies and access keys.',
    examples: [
      'fleetkey iam users create alice',
      'fleetkey iam users put-policy alice staging-only policy.json',
      'fleetkey iam access-keys create alice',
    ],
  })
    .addCommand(usersCommand(screen))
    .addCommand(accessKeysCommand(screen))
}
