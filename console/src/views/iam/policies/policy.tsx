import Badge from '@cloudscape-design/components/badge'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { useAnswer } from '../../../api/use-answer.ts'
import { Copyable } from '../../../ui/copyable.tsx'
import { Page } from '../../../ui/page.tsx'
import { TimeText } from '../../../ui/time-text.tsx'
import { UrlTabs } from '../../../ui/url-tabs.tsx'
import { isOfAws } from '../api/holder.ts'
import { iam } from '../api/iam.ts'
import type { Policy as PolicyShape } from '../api/shapes.ts'
import { policyKind } from '../parts/choose-policies.tsx'
import { LastAccessedPanel } from '../parts/last-accessed-panel.tsx'
import { Refused } from '../parts/refused.tsx'
import { Said } from '../parts/said.tsx'
import { saveTags } from '../parts/save-tags.ts'
import { TagsPanel } from '../parts/tags-panel.tsx'
import { DeletePolicy } from './delete-policy.tsx'
import { EntitiesPanel } from './entities-panel.tsx'
import { VersionInForce } from './version-in-force.tsx'
import { VersionsPanel } from './versions-panel.tsx'

const LIST = { text: 'Policies', href: '/iam/policies' }

/** All about one managed policy. Those under AWS's names are to be read alone. */
export function Policy() {
  const { arn = '' } = useParams()
  const navigate = useNavigate()
  const [isDeleting, setDeleting] = useState(false)
  const { value, refusal, reload } = useAnswer(`policy ${arn}`, (signal) =>
    iam<{ Policy: PolicyShape }>('GetPolicy', { PolicyArn: arn }, signal),
  )
  const policy = value?.Policy
  const isOurs = !isOfAws(arn)
  return (
    <Page
      title={policy?.PolicyName ?? arn.split('/').at(-1) ?? arn}
      parents={[LIST]}
      description={policy?.Description}
      actions={
        isOurs && (
          <Button disabled={policy === undefined} onClick={() => setDeleting(true)}>
            Delete
          </Button>
        )
      }
    >
      <SpaceBetween size="l">
        <Said />
        <Refused
          refusal={refusal}
          header="The policy cannot be shown"
          notThere={{ what: 'policy', list: LIST }}
          onRetry={reload}
        />
        {policy === undefined ? (
          refusal === undefined && <Spinner />
        ) : (
          <>
            <Container>
              <KeyValuePairs
                columns={4}
                items={[
                  { label: 'ARN', value: <Copyable text={policy.Arn} what="the ARN" /> },
                  {
                    label: 'Type',
                    value: isOurs ? (
                      policyKind(arn)
                    ) : (
                      <>
                        {policyKind(arn)} <Badge>read-only</Badge>
                      </>
                    ),
                  },
                  { label: 'Created', value: <TimeText seconds={policy.CreateDate} /> },
                  { label: 'Changed', value: <TimeText seconds={policy.UpdateDate} /> },
                ]}
              />
            </Container>
            <UrlTabs
              tabs={[
                {
                  id: 'permissions',
                  label: 'Permissions',
                  content: (
                    <VersionInForce policy={policy} isReadOnly={!isOurs} onChanged={reload} />
                  ),
                },
                {
                  id: 'entities',
                  label: 'Entities attached',
                  content: <EntitiesPanel policy={policy} onChanged={reload} />,
                },
                {
                  id: 'versions',
                  label: 'Policy versions',
                  content: (
                    <VersionsPanel policy={policy} isReadOnly={!isOurs} onChanged={reload} />
                  ),
                },
                {
                  id: 'last-accessed',
                  label: 'Last accessed',
                  content: <LastAccessedPanel arn={policy.Arn} isOfMany />,
                },
                ...(isOurs
                  ? [
                      {
                        id: 'tags',
                        label: 'Tags',
                        content: (
                          <TagsPanel
                            tags={policy.Tags ?? []}
                            onSave={(change) => saveTags('Policy', { PolicyArn: arn }, change)}
                            onSaved={reload}
                          />
                        ),
                      },
                    ]
                  : []),
              ]}
            />
          </>
        )}
        {isDeleting && policy !== undefined && (
          <DeletePolicy
            policy={policy}
            onClose={() => setDeleting(false)}
            onDone={() =>
              void navigate('/iam/policies', {
                state: { said: `The policy ${policy.PolicyName} is deleted.` },
              })
            }
          />
        )}
      </SpaceBetween>
    </Page>
  )
}
