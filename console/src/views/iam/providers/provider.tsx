import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { afterDoing } from '../../../api/after-doing.ts'
import { useAct } from '../../../api/use-act.ts'
import { useAnswer } from '../../../api/use-answer.ts'
import { Copyable } from '../../../ui/copyable.tsx'
import { TimeText } from '../../../ui/time-text.tsx'
import { iam } from '../api/iam.ts'
import type { Tag } from '../api/shapes.ts'
import { ListInput } from '../editor/list-input.tsx'
import { ConfirmDelete } from '../parts/confirm-delete.tsx'
import { EntityPage } from '../parts/entity-page.tsx'
import { Refused } from '../parts/refused.tsx'
import { saveTags } from '../parts/save-tags.ts'
import { TagsPanel } from '../parts/tags-panel.tsx'
import { providerNameOf } from '../roles/trust-form.ts'
import { ClaimTags, type ClaimTag } from './claim-tags.tsx'

interface Answer {
  readonly Url: string
  readonly ClientIDList?: readonly string[]
  readonly CreateDate: number
  readonly Tags?: readonly Tag[]
  readonly ClaimTags?: readonly ClaimTag[]
}

const LIST = { text: 'Identity providers', href: '/iam/providers' }

/** All about one identity provider. */
export function Provider() {
  const { arn = '' } = useParams()
  const navigate = useNavigate()
  const input = { OpenIDConnectProviderArn: arn }
  const [isDeleting, setDeleting] = useState(false)
  const asked = useAnswer(`provider ${arn}`, (signal) =>
    iam<Answer>('GetOpenIDConnectProvider', input, signal),
  )
  const { reload } = asked
  const name = providerNameOf(arn)
  return (
    <>
      <EntityPage
        what="identity provider"
        title={name}
        list={LIST}
        asked={asked}
        actions={[{ text: 'Delete', onPress: () => setDeleting(true) }]}
        facts={(provider) => [
          { label: 'ARN', value: <Copyable text={arn} what="the ARN" /> },
          { label: 'Type', value: 'OpenID Connect' },
          {
            label: 'Redirect URI, to register there',
            value: <Copyable text={`${location.origin}/sso/callback`} what="the redirect URI" />,
          },
          { label: 'Created', value: <TimeText seconds={provider.CreateDate} /> },
        ]}
      >
        {(provider) => (
          <SpaceBetween size="l">
            <ClientIds arn={arn} clientIds={provider.ClientIDList ?? []} onSaved={reload} />
            <ClaimTags arn={arn} claimTags={provider.ClaimTags ?? []} onSaved={reload} />
            <TagsPanel
              tags={provider.Tags ?? []}
              onSave={(change) => saveTags('OpenIDConnectProvider', input, change)}
              onSaved={reload}
            />
          </SpaceBetween>
        )}
      </EntityPage>
      {isDeleting && (
        <ConfirmDelete
          name={name}
          what="identity provider"
          consequences={
            <Box>
              Every session that it vouched for ends at once. Roles that trust it stay, and nobody
              gets them any more.
            </Box>
          }
          onDelete={() => iam('DeleteOpenIDConnectProvider', input)}
          onClose={() => setDeleting(false)}
          onDone={() =>
            void navigate('/iam/providers', {
              state: { said: `The provider ${name} is deleted.` },
            })
          }
        />
      )}
    </>
  )
}

function ClientIds({
  arn,
  clientIds,
  onSaved,
}: {
  readonly arn: string
  readonly clientIds: readonly string[]
  readonly onSaved: () => void
}) {
  const [edited, setEdited] = useState<readonly string[]>()
  const now = edited ?? clientIds
  const act = useAct(async () => {
    const done: string[] = []
    const change = async (verb: string, operation: string, ClientID: string) => {
      const input = { OpenIDConnectProviderArn: arn, ClientID }
      const said = done.length > 0 ? `Already ${done.join(', ')}.` : undefined
      await afterDoing(said, () => iam(operation, input))
      done.push(`${verb} ${ClientID}`)
    }
    for (const id of now.filter((one) => !clientIds.includes(one))) {
      await change('added', 'AddClientIDToOpenIDConnectProvider', id)
    }
    for (const id of clientIds.filter((one) => !now.includes(one))) {
      await change('removed', 'RemoveClientIDFromOpenIDConnectProvider', id)
    }
    setEdited(undefined)
    onSaved()
  }, onSaved)
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <Button
              variant="primary"
              disabled={now.join() === clientIds.join()}
              loading={act.isRunning}
              onClick={() => void act.run()}
            >
              Save client IDs
            </Button>
          }
        >
          Audiences
        </Header>
      }
    >
      <ListInput
        label="Client IDs"
        description="A token counts that is made for one of them."
        values={now}
        onChange={setEdited}
      />
      <Refused refusal={act.refusal} header="The client IDs were not changed" />
    </Container>
  )
}
