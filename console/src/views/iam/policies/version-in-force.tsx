import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useCallback, useState } from 'react'
import { useAct } from '../../../api/use-act.ts'
import { useAnswer } from '../../../api/use-answer.ts'
import type { Policy } from '../api/shapes.ts'
import { useHome } from '../api/use-home.ts'
import { checkPolicy } from '../editor/check-policy.ts'
import { isOfText } from '../editor/is-of-text.ts'
import { PolicyText } from '../editor/policy-text.tsx'
import { PolicyWorkbench } from '../editor/policy-workbench.tsx'
import { SavePolicy } from '../editor/save-policy.tsx'
import { shownDocument } from '../editor/shown-document.ts'
import { Refused } from '../parts/refused.tsx'
import { Unsaved } from '../parts/unsaved.tsx'
import { putVersion, readVersion, readVersions, versionToGo } from './put-version.ts'

/** What a policy says now; another text becomes a new version in force. */
export function VersionInForce({
  policy: { Arn: PolicyArn, DefaultVersionId, PolicyName },
  isReadOnly,
  onChanged,
}: {
  readonly policy: Policy
  readonly isReadOnly: boolean
  readonly onChanged: () => void
}) {
  const home = useHome()
  const { value, refusal, reload } = useAnswer(`${PolicyArn} ${DefaultVersionId}`, (signal) =>
    readVersion(PolicyArn, DefaultVersionId, signal),
  )
  const versions = useAnswer(`versions of ${PolicyArn} ${DefaultVersionId}`, (signal) =>
    readVersions(PolicyArn, signal),
  )
  const [text, setText] = useState<string>()
  const [refused, setRefused] = useState<{ readonly text: string; readonly message: string }>()
  const [isSaving, setSaving] = useState(false)
  const shown = value === undefined ? undefined : shownDocument(value)
  const edited = text ?? shown ?? ''
  const toGo = versionToGo(versions.value ?? [])
  const act = useAct(async () => {
    try {
      await putVersion({ PolicyArn, document: edited, toGo })
    } catch (error) {
      if (isOfText(error)) setRefused({ text: edited, message: error.message })
      throw error
    }
    // Where the oldest is gone already: tried again, another one must not go too.
  }, versions.reload)
  const close = useCallback(() => setSaving(false), [])
  const save = async () => {
    if (!(await act.run())) return
    setSaving(false)
    setText(undefined)
    onChanged()
  }
  if (refusal !== undefined) {
    return <Refused refusal={refusal} header="What it says cannot be shown" onRetry={reload} />
  }
  if (shown === undefined) return <Spinner />
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={<span aria-live="polite">{`Version ${DefaultVersionId} is in force.`}</span>}
          actions={
            !isReadOnly && (
              <SpaceBetween direction="horizontal" size="xs">
                {text !== undefined && (
                  <Button onClick={() => setText(undefined)}>Discard the changes</Button>
                )}
                <Button
                  variant="primary"
                  disabled={edited === shown || !checkPolicy(edited, 'managed').isValid}
                  onClick={() => {
                    act.forget()
                    setSaving(true)
                  }}
                >
                  Review and save
                </Button>
              </SpaceBetween>
            )
          }
        >
          Permissions
        </Header>
      }
    >
      <Unsaved when={edited !== shown} />
      {isReadOnly ? (
        <PolicyText text={shown} label={`What ${PolicyName} says`} />
      ) : (
        <SpaceBetween size="s">
          {toGo !== undefined && text !== undefined && (
            <Alert type="info">
              {`A policy has five versions at most: ${toGo}, the oldest that is not in force, makes room for the new one.`}
            </Alert>
          )}
          <PolicyWorkbench
            value={edited}
            onChange={setText}
            kind="managed"
            home={home}
            refused={refused?.text === edited ? refused.message : undefined}
          />
        </SpaceBetween>
      )}
      {isSaving && (
        <SavePolicy
          title={`Save ${PolicyName} as a new version?`}
          before={shown}
          after={edited}
          target={{ PolicyArn }}
          act={act}
          onSave={() => void save()}
          onClose={close}
        />
      )}
    </Container>
  )
}
