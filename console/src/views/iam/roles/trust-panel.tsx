import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useCallback, useState } from 'react'
import { useAct } from '../../../api/use-act.ts'
import { iam } from '../api/iam.ts'
import { useHome } from '../api/use-home.ts'
import { checkPolicy } from '../editor/check-policy.ts'
import { isOfText } from '../editor/is-of-text.ts'
import { PolicyEditor } from '../editor/policy-editor.tsx'
import { SavePolicy } from '../editor/save-policy.tsx'
import { shownDocument } from '../editor/shown-document.ts'
import { Unsaved } from '../parts/unsaved.tsx'
import { trustedBy } from './trusted-by.ts'
import { WriteTrust } from './write-trust.tsx'

/** Who may assume a role, to be looked at and changed. */
export function TrustPanel({
  roleName: RoleName,
  document,
  onChanged,
}: {
  readonly roleName: string
  readonly document: string
  readonly onChanged: () => void
}) {
  const home = useHome()
  const shown = shownDocument(document)
  const [text, setText] = useState<string>()
  const [refused, setRefused] = useState<{ readonly text: string; readonly message: string }>()
  const [isSaving, setSaving] = useState(false)
  const edited = text ?? shown
  const act = useAct(async () => {
    try {
      await iam('UpdateAssumeRolePolicy', { RoleName, PolicyDocument: edited })
    } catch (error) {
      if (isOfText(error)) setRefused({ text: edited, message: error.message })
      throw error
    }
  })
  const close = useCallback(() => setSaving(false), [])
  const save = async () => {
    if (!(await act.run())) return
    setSaving(false)
    setText(undefined)
    onChanged()
  }
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Who may take the role. Users and roles are bound by their ids: who is made anew under a deleted name is not trusted."
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {text !== undefined && (
                <Button onClick={() => setText(undefined)}>Discard the changes</Button>
              )}
              <Button
                variant="primary"
                disabled={edited === shown || !checkPolicy(edited, 'trust').isValid}
                onClick={() => {
                  act.forget()
                  setSaving(true)
                }}
              >
                Review and save
              </Button>
            </SpaceBetween>
          }
        >
          Trust policy
        </Header>
      }
    >
      <Unsaved when={edited !== shown} />
      <SpaceBetween size="m">
        <Box>
          <strong>Trusted:</strong> {trustedBy(document).join(', ') || 'nobody'}
        </Box>
        <WriteTrust onWritten={setText} />
        <PolicyEditor
          value={edited}
          onChange={setText}
          kind="trust"
          home={home}
          label="Trust policy"
          refused={refused?.text === edited ? refused.message : undefined}
        />
      </SpaceBetween>
      {isSaving && (
        <SavePolicy
          title={`Change whom ${RoleName} trusts?`}
          before={shown}
          after={edited}
          target={undefined}
          act={act}
          onSave={() => void save()}
          onClose={close}
        />
      )}
    </Container>
  )
}
