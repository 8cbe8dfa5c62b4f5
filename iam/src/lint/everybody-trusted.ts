import { conditionsOf, limits } from './conditions.ts'
import { eachStatement } from './finding.ts'

/** A trust policy that lets in everybody who has an identity in any account. */
export const everybodyTrusted = eachStatement((statement) => {
  if (statement.effect !== 'Allow') return []
  if (!statement.principal?.entries.some(({ kind }) => kind === 'everyone')) return []
  const isLimited = conditionsOf(statement).some(
    (read) => read.needsValue && limits(read) && saysWho.test(read.condition.key),
  )
  if (isLimited) return []
  return [
    {
      level: 'warning',
      what: 'It trusts everybody: {"AWS": "*"}, without a condition on who they are.',
      why: 'Every user and role of every account may assume the role, also those that are made later.',
      instead:
        'Name them, or their account, or add a condition such as {"ArnLike": {"aws:PrincipalArn": "…"}}.',
    },
  ]
})

/** Keys that say who the caller is. */
const saysWho =
  /^(aws:(principal(arn|account|orgid|orgpaths|tag\/.+)|userid|username)|sts:externalid)$/i
