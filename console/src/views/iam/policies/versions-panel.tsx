import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useAct } from '../../../api/use-act.ts'
import { useAnswer } from '../../../api/use-answer.ts'
import { TimeText } from '../../../ui/time-text.tsx'
import { iam } from '../api/iam.ts'
import type { Policy, PolicyVersion } from '../api/shapes.ts'
import { PolicyDiff } from '../editor/policy-diff.tsx'
import { PolicyPreview } from '../editor/policy-preview.tsx'
import { shownDocument } from '../editor/shown-document.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Refused } from '../parts/refused.tsx'
import { readVersion, readVersions } from './put-version.ts'
import { whenDone } from '../parts/when-done.ts'

/** A policy's versions: what is other in one than in the one in force, and the way back to it. */
export function VersionsPanel({
  policy: { Arn, DefaultVersionId },
  isReadOnly,
  onChanged,
}: {
  readonly policy: Policy
  readonly isReadOnly: boolean
  readonly onChanged: () => void
}) {
  const { value, refusal, reload } = useAnswer(`versions ${Arn} ${DefaultVersionId}`, (signal) =>
    readVersions(Arn, signal),
  )
  const [selected, setSelected] = useState<readonly PolicyVersion[]>([])
  const [isSetting, setSetting] = useState(false)
  const chosen = selected[0]?.VersionId
  const isOther = chosen !== undefined && chosen !== DefaultVersionId
  const deleting = useAct(() => iam('DeletePolicyVersion', { PolicyArn: Arn, VersionId: chosen }))
  const done = () => {
    setSetting(false)
    setSelected([])
    reload()
    onChanged()
  }
  if (refusal !== undefined) {
    return <Refused refusal={refusal} header="The versions cannot be shown" onRetry={reload} />
  }
  return (
    <SpaceBetween size="m">
      <Table<PolicyVersion>
        items={value ?? []}
        loading={value === undefined}
        loadingText="Asking for versions"
        trackBy="VersionId"
        selectionType="single"
        selectedItems={selected}
        onSelectionChange={({ detail }) => {
          setSelected(detail.selectedItems)
          deleting.forget()
        }}
        ariaLabels={{
          tableLabel: 'Policy versions',
          selectionGroupLabel: 'Selection',
          itemSelectionLabel: (_selection, { VersionId }) => `Select ${VersionId}`,
        }}
        header={
          <Header
            variant="h2"
            counter={value && `(${value.length})`}
            description="Choose one to see what is other in it than in the one in force."
            actions={
              !isReadOnly && (
                <SpaceBetween direction="horizontal" size="xs">
                  <Button
                    disabled={!isOther}
                    loading={deleting.isRunning}
                    onClick={() => whenDone(deleting.run(), done)}
                  >
                    Delete version
                  </Button>
                  <Button disabled={!isOther} onClick={() => setSetting(true)}>
                    Set as default
                  </Button>
                </SpaceBetween>
              )
            }
          >
            Policy versions
          </Header>
        }
        columnDefinitions={[
          {
            id: 'version',
            header: 'Version',
            isRowHeader: true,
            cell: ({ VersionId, IsDefaultVersion }) => (
              <>
                {VersionId} {IsDefaultVersion && <Badge color="green">in force</Badge>}
              </>
            ),
          },
          {
            id: 'created',
            header: 'Created',
            cell: ({ CreateDate }) => <TimeText seconds={CreateDate} />,
          },
        ]}
      />
      <Refused refusal={deleting.refusal} header="The version was not deleted" />
      {chosen !== undefined && <Compared arn={Arn} before={DefaultVersionId} after={chosen} />}
      {isSetting && chosen !== undefined && (
        <SetDefault arn={Arn} version={chosen} onDone={done} onClose={() => setSetting(false)} />
      )}
    </SpaceBetween>
  )
}

function Compared({
  arn,
  before,
  after,
}: {
  readonly arn: string
  readonly before: string
  readonly after: string
}) {
  const { value, refusal } = useAnswer(`${arn} ${before} ${after}`, async (signal) => {
    const texts = [before, after].map((version) => readVersion(arn, version, signal))
    return (await Promise.all(texts)).map(shownDocument)
  })
  if (refusal !== undefined) {
    return <Refused refusal={refusal} header="The versions cannot be compared" />
  }
  if (value === undefined) return <Spinner />
  const label =
    before === after ? `What ${after} says` : `From ${before}, which is in force, to ${after}`
  return (
    <div>
      <Box variant="h3">{label}</Box>
      <PolicyDiff before={value[0] ?? ''} after={value[1] ?? ''} label={label} />
    </div>
  )
}

function SetDefault({
  arn: PolicyArn,
  version: VersionId,
  onDone,
  onClose,
}: {
  readonly arn: string
  readonly version: string
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const act = useAct(() => iam('SetDefaultPolicyVersion', { PolicyArn, VersionId }))
  const { value, refusal } = useAnswer(`${PolicyArn} ${VersionId}`, (signal) =>
    readVersion(PolicyArn, VersionId, signal),
  )
  return (
    <Dialog
      title={`Put ${VersionId} in force?`}
      act="Set as default"
      size="large"
      isRunning={act.isRunning}
      refusal={act.refusal}
      onAct={() => whenDone(act.run(), onDone)}
      onClose={onClose}
    >
      <Refused refusal={refusal} />
      {value !== undefined && <PolicyPreview target={{ PolicyArn }} document={value} />}
    </Dialog>
  )
}
