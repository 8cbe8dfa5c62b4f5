import Tabs, { type TabsProps } from '@cloudscape-design/components/tabs'
import { useSearchParams } from 'react-router'

/** Tabs of a page; which one is shown stands in the URL. */
export function DetailTabs({ tabs }: { readonly tabs: readonly TabsProps.Tab[] }) {
  const [params, setParams] = useSearchParams()
  return (
    <Tabs
      tabs={tabs}
      activeTabId={params.get('tab') ?? tabs[0]?.id ?? ''}
      onChange={({ detail }) => setParams({ tab: detail.activeTabId }, { replace: true })}
    />
  )
}
