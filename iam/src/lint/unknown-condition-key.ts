import { findKey, GLOBAL_KEYS, SPECIAL_KEYS } from '../actions/condition-keys.ts'
import { quote } from '../quote.ts'
import { conditionsOf } from './conditions.ts'
import { effectOfMissingKey } from './missing-key.ts'
import { eachStatement } from './finding.ts'
import { nearest } from './spelling.ts'

/** A condition key that no request here ever has. */
export const unknownConditionKey = eachStatement((statement) =>
  conditionsOf(statement)
    .filter(({ condition: { key } }) => findKey(key) === undefined && !isProviderClaim(key))
    .map((read) => {
      const { key } = read.condition
      const meant = keyMeant(key)
      return {
        level: statement.effect === 'Deny' && read.needsValue ? 'error' : 'warning',
        what: `No request has the condition key ${quote(key)}.`,
        why: effectOfMissingKey(statement, read),
        instead:
          meant === undefined
            ? 'Use a key that requests have here, for example "ec2:osuser" or "aws:ResourceTag/Env".'
            : `Did you mean ${quote(meant)}?`,
      } as const
    }),
)

/** `host/path:claim`: what an OpenID Connect provider said of somebody. Its host has a dot or a port. */
function isProviderClaim(key: string): boolean {
  return (
    /^[^:/]+(\.[^:/]+)+(:[0-9]+)?(\/[^:]*)?:[A-Za-z_]+$/.test(key) ||
    /^localhost(:[0-9]+)?(\/[^:]*)?:[a-z]+$/i.test(key)
  )
}

function keyMeant(key: string): string | undefined {
  const [family = '', ...rest] = key.split('/')
  const names = [...GLOBAL_KEYS, ...SPECIAL_KEYS].map(({ name }) => name)
  if (rest.length === 0) {
    const whole = names.filter((name) => !name.endsWith('/'))
    if (names.some((name) => name.toLowerCase() === `${family.toLowerCase()}/`))
      return `${family}/KEY`
    return nearest(key, whole)
  }
  const families = names.filter((name) => name.endsWith('/')).map((name) => name.slice(0, -1))
  const near = nearest(family, families)
  return near === undefined ? undefined : `${near}/${rest.join('/')}`
}
