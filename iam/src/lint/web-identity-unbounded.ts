import { conditionsOf, limits } from './conditions.ts'
import { eachStatement } from './finding.ts'
import { quote } from '../quote.ts'

/** A trust policy that takes any token of an OpenID Connect provider. */
export const webIdentityUnbounded = eachStatement((statement) => {
  if (statement.effect !== 'Allow') return []
  const keys = conditionsOf(statement)
    .filter((read) => read.needsValue && limits(read))
    .map(({ condition: { key } }) => key.toLowerCase())
  return (statement.principal?.entries ?? []).flatMap(({ text }) => {
    const provider = /^(?:arn:aws:iam::\d{12}:oidc-provider\/)(.+)$/s.exec(text)?.[1]
    if (provider === undefined || keys.includes(`${provider}:sub`.toLowerCase())) return []
    const hasAudience = keys.includes(`${provider}:aud`.toLowerCase())
    return [
      {
        level: hasAudience ? 'warning' : 'error',
        what: `It trusts ${quote(provider)} without a condition on ${quote(`${provider}:sub`)}${hasAudience ? '' : ` or ${quote(`${provider}:aud`)}`}.`,
        why: hasAudience
          ? 'Whomever the provider gives a token for this audience may assume the role.'
          : 'Any token of the provider will do, also one that was made for somebody else.',
        instead: `Say who: "Condition": {"StringEquals": {${quote(`${provider}:aud`)}: "…", ${quote(`${provider}:sub`)}: "…"}}.`,
      } as const,
    ]
  })
})
