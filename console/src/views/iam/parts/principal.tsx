import { RouteLink } from '../../../ui/route-link.tsx'
import { holderOf, pageOf, WORDS } from '../api/holder.ts'

/** A user, group or role by its ARN, with the way to its page; others as they are. */
export function Principal({ arn }: { readonly arn: string }) {
  const holder = holderOf(arn)
  if (holder === undefined) return <>{arn.endsWith(':root') ? 'the account root' : arn}</>
  return <RouteLink to={pageOf(holder)}>{`${WORDS[holder.kind]} ${holder.name}`}</RouteLink>
}
