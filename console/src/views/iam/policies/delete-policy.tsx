import Alert from '@cloudscape-design/components/alert'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useAnswer } from '../../../api/use-answer.ts'
import { RouteLink } from '../../../ui/route-link.tsx'
import { pageOf, WORDS } from '../api/holder.ts'
import { iam } from '../api/iam.ts'
import type { Policy } from '../api/shapes.ts'
import { PolicyPreview } from '../editor/policy-preview.tsx'
import { ConfirmDelete } from '../parts/confirm-delete.tsx'
import { Refused } from '../parts/refused.tsx'
import { policyUses } from './policy-entities.ts'

/** Deletes a policy with its versions; it is detached everywhere. What is somebody's boundary must be replaced there first. */
export function DeletePolicy({
  policy: { Arn: PolicyArn, PolicyName },
  onDone,
  onClose,
}: {
  readonly policy: Pick<Policy, 'Arn' | 'PolicyName'>
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const { value, refusal, reload } = useAnswer(`uses ${PolicyArn}`, (signal) =>
    policyUses(PolicyArn, signal),
  )
  const bounded = value?.filter(({ as }) => as === 'boundary') ?? []
  const attached = value?.filter(({ as }) => as === 'permissions') ?? []
  return (
    <ConfirmDelete
      name={PolicyName}
      what="policy"
      consequences={
        <SpaceBetween size="m">
          <Refused refusal={refusal} header="Who has it cannot be shown" onRetry={reload} />
          {bounded.length > 0 && (
            <Alert type="error" header="It is the permissions boundary of somebody">
              It cannot be deleted before they have another one:{' '}
              {bounded.map(({ holder }) => (
                <span key={`${holder.kind} ${holder.name}`}>
                  <RouteLink
                    to={pageOf(holder)}
                  >{`${WORDS[holder.kind]} ${holder.name}`}</RouteLink>{' '}
                </span>
              ))}
            </Alert>
          )}
          {attached.length > 0 && (
            <div>
              It is taken from:
              <ul>
                {attached.map(({ holder }) => (
                  <li key={`${holder.kind} ${holder.name}`}>
                    {`${WORDS[holder.kind]} ${holder.name}`}
                  </li>
                ))}
              </ul>
            </div>
          )}
          {attached.length > 0 && <PolicyPreview target={{ PolicyArn }} document={undefined} />}
        </SpaceBetween>
      }
      onDelete={() => iam('DeletePolicy', { PolicyArn, Force: true })}
      onDone={onDone}
      onClose={onClose}
    />
  )
}
