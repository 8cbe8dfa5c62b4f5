import Tabs from '@cloudscape-design/components/tabs'
import { useSearchParams } from 'react-router'
import { Page } from '../../ui/page.tsx'
import { RecordingTable } from './recording-table.tsx'
import { TerminalTable } from './terminal-table.tsx'

/** What terminals showed, and those that are open now. */
export function Recordings() {
  const [search, setSearch] = useSearchParams()
  const tab = search.get('tab') === 'running' ? 'running' : 'recordings'
  return (
    <Page
      title="Recordings"
      description="What terminals in the browser showed. Logins by SSH clients go from person to host, past the control plane: they are in SSH sessions."
    >
      <Tabs
        activeTabId={tab}
        onChange={({ detail }) =>
          setSearch(detail.activeTabId === 'running' ? { tab: 'running' } : {})
        }
        tabs={[
          { id: 'recordings', label: 'Recordings', content: <RecordingTable /> },
          { id: 'running', label: 'Open terminals', content: <TerminalTable /> },
        ]}
      />
    </Page>
  )
}
