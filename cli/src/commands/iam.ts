import type { Command } from 'commander'
import { defineCommand } from '../command.ts'
import type { Screen } from '../screen.ts'
import { accessKeysCommand } from './iam-access-keys.ts'
import { evaluateCommand } from './iam-evaluate.ts'
import { lintCommand } from './iam-lint.ts'
import { usersCommand } from './iam-users.ts'
import { validateCommand } from './iam-validate.ts'

/** `fleetkey iam …`; what is not here, the AWS CLI does: aws iam … --endpoint-url. */
export function iamCommand(screen: Screen): Command {
  return defineCommand(screen, 'iam', {
    summary: 'Users, their policies and access keys; policies tried out on this machine.',
    examples: [
      'fleetkey iam users create alice',
      'fleetkey iam users put-policy alice staging-only policy.json',
      'fleetkey iam access-keys create alice',
      'fleetkey iam lint policy.json',
    ],
  })
    .addCommand(usersCommand(screen))
    .addCommand(accessKeysCommand(screen))
    .addCommand(validateCommand(screen))
    .addCommand(lintCommand(screen))
    .addCommand(evaluateCommand(screen))
}
