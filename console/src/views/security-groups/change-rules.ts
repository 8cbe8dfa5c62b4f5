import { call } from '../../api/call.ts'
import { readChange, together, type ChangeAnswer, type ChangeTold } from './hosts-told.ts'
import type { RuleChanges } from './rule-draft.ts'

/** Makes the changes in their order. Where one is refused, those before it are made: the rules are to be read again. */
export async function changeRules(
  groupId: string,
  { authorize, revoke, authorizeThen }: RuleChanges,
): Promise<ChangeTold> {
  const told: ChangeTold[] = []
  const ask = async (operation: string, input: object) => {
    told.push(
      readChange(await call<ChangeAnswer>('ec2', operation, { GroupId: groupId, ...input })),
    )
  }
  const allow = (IpPermissions: readonly object[]) =>
    ask('AuthorizeSecurityGroupIngress', { IpPermissions })
  if (authorize.length > 0) await allow(authorize)
  if (revoke.length > 0) {
    await ask('RevokeSecurityGroupIngress', { SecurityGroupRuleIds: revoke })
  }
  if (authorizeThen.length > 0) await allow(authorizeThen)
  return together(told)
}
