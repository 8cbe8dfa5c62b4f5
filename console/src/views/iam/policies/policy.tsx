import Badge from '@cloudscape-design/components/badge'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { useAnswer } from '../../../api/use-answer.ts'
import { Copyable } from '../../../ui/copyable.tsx'
import { TimeText } from '../../../ui/time-text.tsx'
import { UrlTabs } from '../../../ui/url-tabs.tsx'
import { isOfAws } from '../api/holder.ts'
import { iam } from '../api/iam.ts'
import type { Policy as PolicyShape } from '../api/shapes.ts'
import { policyKind } from '../parts/choose-policies.tsx'
import { EntityPage } from '../parts/entity-page.tsx'
import { LastAccessedPanel } from '../parts/last-accessed-panel.tsx'
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
  const asked = useAnswer(`policy ${arn}`, async (signal) => {
    const { Policy: found } = await iam<{ Policy: PolicyShape }>(
      'GetPolicy',
      { PolicyArn: arn },
      signal,
    )
    return found
  })
  const { value: policy, reload } = asked
  const isOurs = !isOfAws(arn)
  return (
    <>
      <EntityPage
        what="policy"
        title={policy?.PolicyName ?? arn.split('/').at(-1) ?? arn}
        list={LIST}
        description={policy?.Description}
        asked={asked}
        actions={isOurs ? [{ text: 'Delete', onPress: () => setDeleting(true) }] : []}
        facts={(policy) => [
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
      >
        {(policy) => (
          <UrlTabs
            tabs={[
              {
                id: 'permissions',
                label: 'Permissions',
                content: <VersionInForce policy={policy} isReadOnly={!isOurs} onChanged={reload} />,
              },
              {
                id: 'entities',
                label: 'Entities attached',
                content: <EntitiesPanel policy={policy} onChanged={reload} />,
              },
              {
                id: 'versions',
                label: 'Policy versions',
                content: <VersionsPanel policy={policy} isReadOnly={!isOurs} onChanged={reload} />,
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
        )}
      </EntityPage>
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
    </>
  )
}
