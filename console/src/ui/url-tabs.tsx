import Tabs, { type TabsProps } from '@cloudscape-design/components/tabs'
import { useSearchParams } from 'react-router'
import { tabIn } from './tab-in-url.ts'

/** Tabs of a page. Which one is shown stands in the address: it is there after a reload, and where the address is sent to. */
export function UrlTabs({
  tabs,
  variant = 'default',
}: {
  readonly tabs: readonly TabsProps.Tab[]
  readonly variant?: TabsProps.Variant
}) {
  const [params, setParams] = useSearchParams()
  return (
    <Tabs
      variant={variant}
      tabs={tabs}
      activeTabId={tabIn(
        params,
        tabs.map(({ id }) => id),
      )}
      onChange={({ detail }) =>
        setParams(
          (before) => {
            const next = new URLSearchParams(before)
            next.set('tab', detail.activeTabId)
            return next
          },
          { replace: true },
        )
      }
    />
  )
}
