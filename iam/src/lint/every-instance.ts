import { isAdministrator } from './administrator.ts'
import { instance } from '../actions/ec2.ts'
import { conditionsOf, limits } from './conditions.ts'
import { eachStatement } from './finding.ts'
import { coversText } from './covering.ts'
import { reachedActions } from './reach.ts'

/** Keys may be pushed to every instance, whatever its tags. */
export const everyInstance = eachStatement((statement, { kind }) => {
  if (statement.effect !== 'Allow' || kind === 'session' || kind === 'trust') return []
  if (isAdministrator(statement)) return []
  const pushes = reachedActions(statement).some(({ name }) =>
    /^ec2-instance-connect:Send(SerialConsole)?SSHPublicKey$/.test(name),
  )
  const all = statement.resource?.entries.some(({ text }) => coversEvery(text)) ?? false
  const isTagged = conditionsOf(statement).some(
    (read) => /^(aws|ec2):resourcetag\//i.test(read.condition.key) && limits(read),
  )
  if (!pushes || !all || isTagged || statement.resource?.element !== 'Resource') return []
  return [
    {
      level: 'suggestion',
      what: 'It allows keys to be pushed to every instance, whatever its tags.',
      why: 'It also holds for every instance that is enrolled later.',
      instead: 'Choose by tag: "Condition": {"StringEquals": {"aws:ResourceTag/Env": "staging"}}.',
    },
  ]
})

/** Region and account may be spelled out: there is one of each. */
function coversEvery(text: string): boolean {
  const [, , , region = '', account = ''] = text.split(':')
  const arn = instance.arn
    .replace('${Partition}', 'aws')
    .replace('${Region}', /^[a-z0-9-]+$/.test(region) ? region : '*')
    .replace('${Account}', /^[0-9]{12}$/.test(account) ? account : '*')
    .replace('${Id}', 'i-*')
  return coversText(text, arn)
}
