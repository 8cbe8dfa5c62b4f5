import type { ApiRefusal } from '../../api/api-refusal.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { RouteLink } from '../../ui/route-link.tsx'

/** Whether it was refused since there is no instance of that id, or can be none: asking again changes nothing about it. */
export const isNoInstance = ({ code }: ApiRefusal): boolean => code.startsWith('InvalidInstanceID')

/** In place of what was to be shown of an instance. */
export function NoSuchInstance({ instanceId }: { readonly instanceId: string }) {
  return (
    <EmptyState
      title="There is no such instance"
      action={<RouteLink to="/instances">See the instances that there are</RouteLink>}
    >
      It may have been forgotten: what happened to it stands in the{' '}
      <RouteLink to={`/events?instance=${encodeURIComponent(instanceId)}`}>event history</RouteLink>
      .
    </EmptyState>
  )
}
