import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { useAnswer } from '../../../api/use-answer.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { RouteLink } from '../../../ui/route-link.tsx'
import { iam } from '../api/iam.ts'
import { Refused } from '../parts/refused.tsx'
import { Said } from '../parts/said.tsx'
import { providerNameOf } from '../roles/trust-form.ts'
import { AddProvider } from './add-provider.tsx'
import { providerPage } from './provider-page.ts'

interface Listed {
  readonly Arn: string
}

/** Where people sign in who are no users here. */
export function Providers() {
  const navigate = useNavigate()
  const { value, refusal, isLoading, reload } = useAnswer('providers', (signal) =>
    iam<{ OpenIDConnectProviderList: readonly Listed[] }>('ListOpenIDConnectProviders', {}, signal),
  )
  const [isAdding, setAdding] = useState(false)
  useEffect(() => {
    document.title = 'Identity providers · Fleetkey'
  }, [])
  const items = value?.OpenIDConnectProviderList ?? []
  if (refusal !== undefined) {
    return (
      <SpaceBetween size="m">
        <Header variant="h1">Identity providers</Header>
        <Refused refusal={refusal} header="The providers cannot be listed" onRetry={reload} />
      </SpaceBetween>
    )
  }
  return (
    <SpaceBetween size="m">
      <Said />
      <Table<Listed>
        variant="full-page"
        items={items}
        loading={isLoading}
        loadingText="Asking for providers"
        trackBy="Arn"
        wrapLines
        ariaLabels={{ tableLabel: 'Identity providers' }}
        header={
          <Header
            variant="h1"
            counter={value && `(${items.length})`}
            description="OpenID Connect providers whose sign-ins count, for the roles that trust them."
            actions={
              <Button variant="primary" onClick={() => setAdding(true)}>
                Add provider
              </Button>
            }
          >
            Identity providers
          </Header>
        }
        empty={
          <EmptyState title="No identity providers">
            Add your company's, and make a role that trusts it: people then sign in there.
          </EmptyState>
        }
        columnDefinitions={[
          {
            id: 'name',
            header: 'Provider',
            isRowHeader: true,
            cell: ({ Arn }) => <RouteLink to={providerPage(Arn)}>{providerNameOf(Arn)}</RouteLink>,
          },
          { id: 'type', header: 'Type', cell: () => 'OpenID Connect' },
          { id: 'arn', header: 'ARN', cell: ({ Arn }) => Arn },
        ]}
      />
      {isAdding && (
        <AddProvider
          onClose={() => setAdding(false)}
          onDone={(arn) =>
            void navigate(providerPage(arn), {
              state: { said: 'The provider is there. Make a role that trusts it next.' },
            })
          }
        />
      )}
    </SpaceBetween>
  )
}
