import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useAnswer } from '../../api/use-answer.ts'
import { counterText } from '../../ui/counter-text.ts'
import { Copyable } from '../../ui/copyable.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { TagsDialog } from '../../ui/tags-dialog.tsx'
import { useFlashes } from '../../ui/use-flashes.tsx'
import { useTitle } from '../../ui/use-title.ts'
import { readSites } from './read-sites.ts'
import {
  CreateEndpointDialog,
  DeleteEndpointDialog,
  ModifyEndpointDialog,
} from './endpoint-dialogs.tsx'
import {
  IP_ADDRESS_TYPES,
  isIpAddressType,
  readEndpoints,
  type ListedEndpoint,
} from './listed-endpoint.ts'

type EndpointDialog = 'create' | 'modify' | 'tags' | 'delete'

/** The doors through which hosts of each site are reached: EC2 Instance Connect Endpoints. */
export function Endpoints() {
  useTitle('Endpoints')
  const endpoints = useAnswer('endpoints', readEndpoints)
  const sites = useAnswer('sites', readSites)
  const flashes = useFlashes()
  const [chosenId, setChosenId] = useState<string>()
  const [dialog, setDialog] = useState<EndpointDialog>()
  const all = endpoints.value ?? []
  const chosen = all.find(({ endpointId }) => endpointId === chosenId)
  const close = () => setDialog(undefined)
  const done = (says: string) => {
    close()
    flashes.say('success', says)
    endpoints.reload()
  }
  return (
    <SpaceBetween size="m">
      {flashes.shown}
      <Refusal
        refusal={endpoints.refusal}
        header={
          endpoints.value === undefined
            ? 'The endpoints are not shown'
            : 'What is shown may be old: the endpoints could not be read again'
        }
        askFor="ec2:DescribeInstanceConnectEndpoints"
        onRetry={() => endpoints.reload()}
      />
      <Table<ListedEndpoint>
        items={all}
        trackBy="endpointId"
        selectionType="single"
        selectedItems={chosen === undefined ? [] : [chosen]}
        onSelectionChange={({ detail }) => setChosenId(detail.selectedItems[0]?.endpointId)}
        loading={endpoints.isLoading && endpoints.value === undefined}
        loadingText="Reading the endpoints"
        enableKeyboardNavigation
        ariaLabels={{
          tableLabel: 'Endpoints',
          selectionGroupLabel: 'Choose an endpoint',
          itemSelectionLabel: (_, { endpointId }) => `Choose ${endpointId}`,
        }}
        header={
          <Header
            variant="h1"
            counter={counterText(all.length, { isKnown: endpoints.value !== undefined })}
            description="Tunnels to the hosts of a site are opened at its endpoint. Hosts need no port that is open to the outside for it."
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  iconName="refresh"
                  ariaLabel="Read again"
                  loading={endpoints.isLoading}
                  onClick={() => endpoints.reload()}
                />
                <ButtonDropdown
                  disabled={chosen === undefined}
                  items={[
                    { id: 'modify', text: 'Modify endpoint' },
                    { id: 'tags', text: 'Manage tags' },
                    { id: 'delete', text: 'Delete endpoint' },
                  ]}
                  onItemClick={({ detail: { id } }) => {
                    if (id === 'modify' || id === 'tags' || id === 'delete') setDialog(id)
                  }}
                >
                  Actions
                </ButtonDropdown>
                <Button variant="primary" onClick={() => setDialog('create')}>
                  Create endpoint
                </Button>
              </SpaceBetween>
            }
          >
            Endpoints
          </Header>
        }
        columnDefinitions={[
          { id: 'site', header: 'Site', cell: ({ site }) => <bdi>{site}</bdi> },
          {
            id: 'id',
            header: 'Endpoint ID',
            isRowHeader: true,
            cell: ({ endpointId }) => <Copyable text={endpointId} what="the endpoint ID" />,
          },
          { id: 'name', header: 'Name', cell: ({ name }) => <bdi>{name ?? '–'}</bdi> },
          {
            id: 'state',
            header: 'State',
            cell: ({ state }) =>
              state === 'create-complete' ? (
                <StatusIndicator type="success">Available</StatusIndicator>
              ) : (
                <StatusIndicator type="in-progress">{state}</StatusIndicator>
              ),
          },
          {
            id: 'leads-to',
            header: 'Leads to',
            cell: ({ ipAddressType: type }) =>
              isIpAddressType(type) ? IP_ADDRESS_TYPES[type] : type,
          },
          { id: 'dns', header: 'DNS name', cell: ({ dnsName }) => <bdi>{dnsName}</bdi> },
          {
            id: 'created',
            header: 'Created',
            cell: ({ createdAt }) =>
              createdAt === undefined ? '–' : <Moment seconds={createdAt} />,
          },
        ]}
        empty={
          endpoints.refusal === undefined ? (
            <EmptyState
              title="No endpoints"
              action={<Button onClick={() => setDialog('create')}>Create endpoint</Button>}
            >
              Hosts are reached directly only.
            </EmptyState>
          ) : (
            <EmptyState title="The endpoints are not shown" />
          )
        }
      />
      {dialog === 'create' && (
        <CreateEndpointDialog
          sites={sites.value ?? []}
          taken={all.map(({ site }) => site)}
          onCancel={close}
          onDone={() => done('The endpoint is created. Tunnels can be opened at it now.')}
        />
      )}
      {dialog === 'modify' && chosen !== undefined && (
        <ModifyEndpointDialog
          endpoint={chosen}
          onCancel={close}
          onDone={() => done(`The endpoint of ${chosen.site} is modified.`)}
        />
      )}
      {dialog === 'tags' && chosen !== undefined && (
        <TagsDialog
          things={[
            {
              id: chosen.endpointId,
              label: `the endpoint of ${chosen.site}`,
              tags: chosen.tags,
            },
          ]}
          several="endpoints"
          onCancel={close}
          onChanged={() => endpoints.reload()}
          onDone={() => done(`The tags of the endpoint of ${chosen.site} are changed.`)}
        />
      )}
      {dialog === 'delete' && chosen !== undefined && (
        <DeleteEndpointDialog
          endpoint={chosen}
          onCancel={close}
          onDone={() => done(`The endpoint of ${chosen.site} is deleted.`)}
        />
      )}
    </SpaceBetween>
  )
}
