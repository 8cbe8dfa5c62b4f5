import type { SideNavigationProps } from '@cloudscape-design/components/side-navigation'

/** What is where. */
export const NAVIGATION: readonly SideNavigationProps.Item[] = [
  { type: 'link', text: 'Overview', href: '/' },
  {
    type: 'section-group',
    title: 'Fleet',
    items: [
      { type: 'link', text: 'Instances', href: '/instances' },
      { type: 'link', text: 'Terminals', href: '/terminal' },
      { type: 'link', text: 'Security groups', href: '/security-groups' },
      { type: 'link', text: 'Endpoints', href: '/endpoints' },
    ],
  },
  {
    type: 'section-group',
    title: 'What happened',
    items: [
      { type: 'link', text: 'SSH sessions', href: '/sessions' },
      { type: 'link', text: 'Recordings', href: '/recordings' },
      { type: 'link', text: 'Event history', href: '/events' },
    ],
  },
  {
    type: 'section-group',
    title: 'Access',
    items: [
      { type: 'link', text: 'Dashboard', href: '/iam' },
      { type: 'link', text: 'Users', href: '/iam/users' },
      { type: 'link', text: 'User groups', href: '/iam/groups' },
      { type: 'link', text: 'Roles', href: '/iam/roles' },
      { type: 'link', text: 'Policies', href: '/iam/policies' },
      { type: 'link', text: 'Identity providers', href: '/iam/providers' },
      { type: 'link', text: 'Apply a file', href: '/iam/apply' },
      { type: 'link', text: 'Account settings', href: '/iam/account' },
      { type: 'link', text: 'Policy simulator', href: '/iam/simulator' },
    ],
  },
]

/** The entry that a page belongs to: `/instances/i-1/connect` is of Instances. */
export function activeEntry(pathname: string): string {
  const fitting = NAVIGATION.flatMap(hrefsOf).filter(
    (href) => pathname === href || (!ALONE.has(href) && pathname.startsWith(`${href}/`)),
  )
  return fitting.toSorted((a, b) => b.length - a.length)[0] ?? ''
}

/** What is below their address is of other pages. */
const ALONE: ReadonlySet<string> = new Set(['/', '/iam'])

function hrefsOf(item: SideNavigationProps.Item): readonly string[] {
  if (item.type === 'link') return [item.href]
  return 'items' in item ? item.items.flatMap(hrefsOf) : []
}
