import AttributeEditor from '@cloudscape-design/components/attribute-editor'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { call } from '../../../api/call.ts'
import { useAct } from '../../../api/use-act.ts'
import { Refused } from '../parts/refused.tsx'

export interface ClaimTag {
  readonly Claim: string
  readonly TagKey: string
}

/** Which claims of a provider's tokens become tags of sessions: policies then ask for `aws:PrincipalTag/groups`. */
export function ClaimTags({
  arn,
  claimTags,
  onSaved,
}: {
  readonly arn: string
  readonly claimTags: readonly ClaimTag[]
  readonly onSaved: () => void
}) {
  const [edited, setEdited] = useState<readonly ClaimTag[]>()
  const rows = edited ?? claimTags
  const act = useAct(async () => {
    await call('fleetkey', 'PutOpenIDConnectProviderClaims', {
      OpenIDConnectProviderArn: arn,
      ClaimTags: rows.filter(({ Claim, TagKey }) => Claim !== '' && TagKey !== ''),
    })
    setEdited(undefined)
    onSaved()
  })
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="A list of texts becomes :a:b:, so that a policy finds one of them by *:a:*."
          actions={
            <Button
              variant="primary"
              disabled={edited === undefined}
              loading={act.isRunning}
              onClick={() => void act.run()}
            >
              Save claims
            </Button>
          }
        >
          Claims as session tags
        </Header>
      }
    >
      <AttributeEditor
        items={rows}
        addButtonText="Add a claim"
        removeButtonText="Remove"
        removeButtonAriaLabel={({ Claim }) => `Remove the claim ${Claim}`}
        empty={<Box color="text-body-secondary">No claim becomes a tag.</Box>}
        onAddButtonClick={() => setEdited([...rows, { Claim: '', TagKey: '' }])}
        onRemoveButtonClick={({ detail }) => setEdited(rows.toSpliced(detail.itemIndex, 1))}
        definition={[
          {
            label: 'Claim',
            control: (row, index) => (
              <Input
                value={row.Claim}
                placeholder="groups"
                ariaLabel={`Claim ${index + 1}`}
                onChange={({ detail }) =>
                  setEdited(rows.with(index, { ...row, Claim: detail.value.trim() }))
                }
              />
            ),
          },
          {
            label: 'Tag key',
            control: (row, index) => (
              <Input
                value={row.TagKey}
                placeholder="groups"
                ariaLabel={`Tag key of claim ${index + 1}`}
                onChange={({ detail }) =>
                  setEdited(rows.with(index, { ...row, TagKey: detail.value.trim() }))
                }
              />
            ),
          },
        ]}
      />
      <Refused refusal={act.refusal} header="The claims were not changed" />
    </Container>
  )
}
