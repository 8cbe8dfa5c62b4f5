import type { Command } from 'commander'
import { defineCommand } from '../command.ts'
import type { Screen } from '../screen.ts'
import { evaluateCommand } from './iam-evaluate.ts'
import { lintCommand } from './iam-lint.ts'
import { validateCommand } from './iam-validate.ts'
import { accessKeysCommand } from './iam/access-keys.ts'
import { applyCommand, planCommand } from './iam/apply.ts'
import { exportCommand } from './iam/export.ts'
import { groupsCommand } from './iam/groups.ts'
import { mfaCommand } from './iam/mfa.ts'
import { passwordPolicyCommand } from './iam/password-policy.ts'
import { policiesCommand } from './iam/policies.ts'
import { previewCommand } from './iam/preview.ts'
import { providersCommand } from './iam/providers.ts'
import { rolesCommand } from './iam/roles.ts'
import { sessionsCommand } from './iam/sessions.ts'
import { usersCommand } from './iam/users.ts'

/** `fleetkey iam …`; what is not here, the AWS CLI does: aws iam … --endpoint-url. */
export function iamCommand(screen: Screen): Command {
  return defineCommand(screen, 'iam', {
    summary: 'Users, groups, roles, what they may do, and what they prove themselves by.',
    examples: [
      'fleetkey iam policies put staging-logins policy.json',
      'fleetkey iam roles create oncall --trust-provider id.example.com --claim groups=sre',
      'fleetkey iam roles attach oncall staging-logins',
      'fleetkey iam users show alice',
      'fleetkey iam lint policy.json',
    ],
  })
    .addCommand(usersCommand(screen))
    .addCommand(groupsCommand(screen))
    .addCommand(rolesCommand(screen))
    .addCommand(policiesCommand(screen))
    .addCommand(accessKeysCommand(screen))
    .addCommand(mfaCommand(screen))
    .addCommand(passwordPolicyCommand(screen))
    .addCommand(providersCommand(screen))
    .addCommand(sessionsCommand(screen))
    .addCommand(applyCommand(screen))
    .addCommand(planCommand(screen))
    .addCommand(exportCommand(screen))
    .addCommand(previewCommand(screen))
    .addCommand(validateCommand(screen))
    .addCommand(lintCommand(screen))
    .addCommand(evaluateCommand(screen))
}
