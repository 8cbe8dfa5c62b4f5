import type { HostState } from '../../overview/fleet-health.ts'
import { SITE } from '../../overview/map-layout.ts'
import { withFilter } from '../instances/filter-in-url.ts'
import { tagFieldId } from '../instances/instance-fields.ts'
import type { FilterToken } from '../instances/instance-filter.ts'

/** The list of instances with those in this state and, if it is named, this group alone. */
export function instancesLink(
  state: HostState | undefined,
  group?: { readonly by: string; readonly name: string },
): string {
  const tokens: FilterToken[] = [
    ...(state === undefined ? [] : STATE_TOKENS[state]),
    ...(group === undefined
      ? []
      : [is(group.by === SITE ? 'site' : tagFieldId(group.by), group.name)]),
  ]
  const search = withFilter(new URLSearchParams(), { operation: 'and', tokens })
  return `/instances?${search.toString()}`
}

const is = (propertyKey: string, value: string): FilterToken => ({
  propertyKey,
  operator: '=',
  value,
})

const STATE_TOKENS: Readonly<Record<HostState, readonly FilterToken[]>> = {
  connected: [is('status', 'ok')],
  impaired: [is('status', 'impaired')],
  lost: [is('state', 'stopped')],
  pending: [is('state', 'pending')],
}
