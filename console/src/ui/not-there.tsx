import type { ApiRefusal } from '../api/api-refusal.ts'
import { EmptyState } from './empty-state.tsx'
import { RouteLink } from './route-link.tsx'

/** Whether there is none of what an address names, or can be none: asking again changes nothing about it. */
export const isNotThere = ({ code }: ApiRefusal): boolean =>
  /^(NoSuchEntity|ValidationException)$|NotFoundException$/.test(code)

/** In place of what an address names, where there is none. */
export function NotThere({
  what,
  list,
  because = 'It may have been deleted or renamed meanwhile.',
}: {
  /** e.g. `user` */
  readonly what: string
  /** Where those are that there are. */
  readonly list: { readonly text: string; readonly href: string }
  /** What may have become of it. */
  readonly because?: string
}) {
  return (
    <EmptyState
      title={`There is no such ${what}`}
      action={<RouteLink to={list.href}>{list.text}</RouteLink>}
    >
      {because}
    </EmptyState>
  )
}
