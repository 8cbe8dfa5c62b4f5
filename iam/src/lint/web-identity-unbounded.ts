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
    if (provider === undefined) return []
    const audience = `${provider}:aud`.toLowerCase()
    const claims = keys.filter((key) => key.startsWith(`${provider}:`.toLowerCase()))
    const hasAudience = claims.includes(audience)
    // The person, or a claim that only some have, such as their groups.
    const hasSubject = claims.includes(`${provider}:sub`.toLowerCase())
    if (hasSubject || (hasAudience && claims.some((key) => key !== audience))) return []
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
