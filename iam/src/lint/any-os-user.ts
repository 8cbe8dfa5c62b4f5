import { isAdministrator } from './administrator.ts'
import { conditionsOf, isKey, limits } from './conditions.ts'
import { eachStatement } from './finding.ts'
import { reachedActions } from './reach.ts'

/** Keys may be pushed for any user of the host, root too. */
export const anyOsUser = eachStatement((statement, { kind }) => {
  if (statement.effect !== 'Allow' || kind === 'session' || kind === 'trust') return []
  if (isAdministrator(statement)) return []
  const pushes = reachedActions(statement).some(
    ({ name }) => name === 'ec2-instance-connect:SendSSHPublicKey',
  )
  if (
    !pushes ||
    conditionsOf(statement).some((read) => isKey(read.condition, 'ec2:osuser') && limits(read))
  ) {
    return []
  }
  return [
    {
      level: 'warning',
      what: 'It allows ec2-instance-connect:SendSSHPublicKey without a condition on ec2:osuser.',
      why: 'Whoever has the policy may log in as any user of the host, also as root.',
      instead: 'Name the users: "Condition": {"StringEquals": {"ec2:osuser": "deploy"}}.',
    },
  ]
})
