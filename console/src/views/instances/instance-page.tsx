import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useState, type ReactNode } from 'react'
import { useNavigate, useParams } from 'react-router'
import { lazyPart } from '../../parts/lazy-part.tsx'
import { Page } from '../../ui/page.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { UrlTabs } from '../../ui/url-tabs.tsx'
import { useFlashes } from '../../ui/use-flashes.tsx'
import { DetailsTab } from './details/details-tab.tsx'
import type { InstanceDialog } from './instance-dialogs.tsx'
import type { DetailedInstance } from './listed-instance.ts'
import { isNoInstance, NoSuchInstance } from './no-such-instance.tsx'
import { InstanceState } from './state-indicator.tsx'
import { useInstance, type KnownInstance } from './use-instance.ts'

const COMING = <Spinner />
const SessionsTab = lazyPart(
  async () => (await import('./details/sessions-tab.tsx')).SessionsTab,
  COMING,
)
const EventsTab = lazyPart(async () => (await import('./details/events-tab.tsx')).EventsTab, COMING)
const GroupsTab = lazyPart(async () => (await import('./details/groups-tab.tsx')).GroupsTab, COMING)
const TagsTab = lazyPart(async () => (await import('./details/tags-tab.tsx')).TagsTab, COMING)
const DoctorTab = lazyPart(async () => (await import('./doctor/doctor-tab.tsx')).DoctorTab, COMING)
const InstanceDialogs = lazyPart(
  async () => (await import('./instance-dialogs.tsx')).InstanceDialogs,
)

/** Everything about one instance. */
export function InstancePage() {
  const { id = '' } = useParams()
  const known = useInstance(id)
  const { instance } = known
  if (instance === undefined) return <NotShown instanceId={id} known={known} />
  return <Shown key={id} instance={instance} known={known} />
}

function Shown({
  instance,
  known,
}: {
  readonly instance: DetailedInstance
  readonly known: KnownInstance
}) {
  const navigate = useNavigate()
  const flashes = useFlashes()
  const [dialog, setDialog] = useState<InstanceDialog>()
  const { instanceId, name } = instance
  const isThere = instance.state !== 'terminated'
  return (
    <Page
      title={name ?? instanceId}
      parents={[{ text: 'Instances', href: '/instances' }]}
      description={<InstanceState instance={instance} />}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button
            iconName="refresh"
            ariaLabel="Read again"
            loading={known.isReading}
            onClick={known.reload}
          />
          <ButtonDropdown
            disabled={!isThere}
            items={[
              { id: 'tags', text: 'Manage tags' },
              { id: 'groups', text: 'Change security groups' },
              { id: 'forget', text: 'Forget' },
            ]}
            onItemClick={({ detail: { id } }) => {
              if (id === 'tags' || id === 'groups' || id === 'forget') setDialog(id)
            }}
          >
            Actions
          </ButtonDropdown>
          <Button
            variant="primary"
            disabled={!isThere}
            onClick={() => void navigate(`/instances/${instanceId}/connect`)}
          >
            Connect
          </Button>
        </SpaceBetween>
      }
    >
      <SpaceBetween size="m">
        {flashes.shown}
        <Refusal
          refusal={known.refusal}
          header="What is shown may be old: the instance could not be read again"
          onRetry={known.reload}
        />
        <UrlTabs
          tabs={[
            tab('details', 'Details', <DetailsTab instance={instance} />),
            tab('sessions', 'SSH sessions', <SessionsTab instanceId={instanceId} />),
            tab('events', 'Events', <EventsTab instanceId={instanceId} />),
            tab(
              'groups',
              'Security groups',
              <GroupsTab instance={instance} onChange={() => setDialog('groups')} />,
            ),
            tab('tags', 'Tags', <TagsTab instance={instance} onEdit={() => setDialog('tags')} />),
            tab('doctor', 'Doctor', <DoctorTab instance={instance} />),
          ]}
        />
      </SpaceBetween>
      {dialog !== undefined && (
        <InstanceDialogs
          open={dialog}
          instances={[instance]}
          flashes={flashes}
          onClose={() => setDialog(undefined)}
          onChanged={known.reload}
          onForgotten={(gone) => {
            if (gone.length > 0) void navigate('/instances')
          }}
        />
      )}
    </Page>
  )
}

const tab = (id: string, label: string, content: ReactNode) => ({ id, label, content })

function NotShown({
  instanceId,
  known,
}: {
  readonly instanceId: string
  readonly known: KnownInstance
}) {
  const { refusal, reload } = known
  const parents = [{ text: 'Instances', href: '/instances' }]
  if (refusal === undefined) {
    return (
      <Page title={instanceId} parents={parents}>
        {known.isReading ? <Spinner size="large" /> : <NoSuchInstance instanceId={instanceId} />}
      </Page>
    )
  }
  return (
    <Page title={instanceId} parents={parents}>
      {isNoInstance(refusal) ? (
        <NoSuchInstance instanceId={instanceId} />
      ) : (
        <Refusal
          refusal={refusal}
          header="The instance is not shown"
          askFor="ec2:DescribeInstances"
          onRetry={reload}
        />
      )}
    </Page>
  )
}
