import { afterDoing } from '../../api/after-doing.ts'
import { call } from '../../api/call.ts'
import { counted } from '../../ui/counted.ts'
import { readChange, together, type ChangeAnswer, type ChangeTold } from './hosts-told.ts'
import type { RuleChanges } from './rule-draft.ts'

type Ask = (operation: string, input: object) => Promise<ChangeAnswer>

/** Makes the changes in their order. Where one is refused, the refusal says what is made: the rules are to be read again. */
export async function changeRules(
  groupId: string,
  { authorize, revoke, authorizeThen }: RuleChanges,
  ask: Ask = (operation, input) => call<ChangeAnswer>('ec2', operation, input),
): Promise<ChangeTold> {
  const told: ChangeTold[] = []
  const done: string[] = []
  const change = async (operation: string, input: object) => {
    const answer = await afterDoing(done.length > 0 ? done.join(' ') : undefined, () =>
      ask(operation, { GroupId: groupId, ...input }),
    )
    told.push(readChange(answer))
  }
  const allow = (IpPermissions: readonly object[]) =>
    change('AuthorizeSecurityGroupIngress', { IpPermissions })
  if (authorize.length > 0) {
    await allow(authorize)
    done.push(`Added already: ${counted(authorize.length, 'rule')}.`)
  }
  if (revoke.length > 0) {
    await change('RevokeSecurityGroupIngress', { SecurityGroupRuleIds: revoke })
    done.push(`Taken away already: ${counted(revoke.length, 'rule')}.`)
  }
  if (authorizeThen.length > 0) await allow(authorizeThen)
  return together(told)
}
