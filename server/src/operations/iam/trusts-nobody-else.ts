import { compiledPolicy } from '../policy-set-of.ts'

/** Is there no statement in the new trust policy that lets somebody in who was not let in by the same one, and no Deny less? */
export function trustsNobodyElse(before: string, after: string): boolean {
  const texts = (trust: string, effect: 'Allow' | 'Deny') => {
    const { version, statements } = compiledPolicy(trust, 'trust')
    return statements
      .filter((statement) => statement.effect === effect)
      .map((statement) => JSON.stringify([version, { ...statement, number: 0, sid: '' }]))
  }
  const [were, denied] = [texts(before, 'Allow'), texts(after, 'Deny')]
  return (
    texts(after, 'Allow').every((text) => were.includes(text)) &&
    texts(before, 'Deny').every((text) => denied.includes(text))
  )
}
