import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Checkbox from '@cloudscape-design/components/checkbox'
import Container from '@cloudscape-design/components/container'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FileUpload from '@cloudscape-design/components/file-upload'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import { useAct } from '../../../api/use-act.ts'
import { saveFile } from '../../../ui/save-file.ts'
import { Command } from '../../../ui/command.tsx'
import { Refused } from '../parts/refused.tsx'
import { EXAMPLE } from './example.ts'
import { readGiven, sortFiles } from './given-files.ts'
import { exportAccount, faultOf, type Wanted } from './make-plan.ts'
import './file-panel.css'

/** The file: pasted, chosen, dropped, or made of what is there. */
export function FilePanel({
  wanted,
  isDisabled,
  onChange,
}: {
  readonly wanted: Wanted
  readonly isDisabled: boolean
  readonly onChange: (wanted: Wanted) => void
}) {
  const [unread, setUnread] = useState<string>()
  const { file, policies, prune } = wanted
  const exporting = useAct(async (use: (text: string) => void) => use(await exportAccount()))

  async function take(files: readonly File[]): Promise<void> {
    setUnread(undefined)
    try {
      const sorted = sortFiles(await Promise.all(files.map(readGiven)))
      onChange({
        ...wanted,
        file: sorted.file ?? file,
        policies: [
          ...policies.filter(({ name }) => !sorted.policies.some((one) => one.name === name)),
          ...sorted.policies,
        ],
      })
    } catch (error) {
      setUnread(faultOf(error)?.message ?? String(error))
    }
  }

  return (
    <Container
      header={
        <Header
          variant="h2"
          description="YAML, as “fleetkey iam apply” takes it. What an entry does not mention it has not; a section that is left out is left alone."
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button
                loading={exporting.isRunning}
                onClick={() => void exporting.run((text) => saveFile(EXPORTED, text, 'text/yaml'))}
                iconName="download"
              >
                Download the account
              </Button>
              <Button
                disabled={isDisabled}
                loading={exporting.isRunning}
                onClick={() =>
                  void exporting.run((text) =>
                    onChange({ ...wanted, file: { name: EXPORTED, text } }),
                  )
                }
              >
                Begin with what is there
              </Button>
            </SpaceBetween>
          }
        >
          The file
        </Header>
      }
    >
      <SpaceBetween size="m">
        <Refused
          refusal={exporting.refusal}
          header="The account cannot be read"
          onDismiss={exporting.forget}
        />
        <FileUpload
          multiple
          accept=".yaml,.yml,.json"
          value={[]}
          onChange={({ detail }) => void take(detail.value)}
          i18nStrings={UPLOAD_TEXTS}
          constraintText="One file in YAML, and the policies in JSON that it names, if it does."
          {...(unread !== undefined && { errorText: unread })}
        />
        <FormField
          label="Contents"
          stretch
          {...(file.name !== PASTED && { description: file.name })}
        >
          <div className="apply-file">
            <Textarea
              value={file.text}
              rows={18}
              disabled={isDisabled}
              spellcheck={false}
              placeholder={EXAMPLE}
              onChange={({ detail }) =>
                onChange({ ...wanted, file: { name: file.name, text: detail.value } })
              }
            />
          </div>
        </FormField>
        {policies.length > 0 && (
          <Alert
            type="info"
            action={
              <Button onClick={() => onChange({ ...wanted, policies: [] })}>Forget them</Button>
            }
          >
            {`Beside it: ${policies.map(({ name }) => name).join(', ')}.`}
          </Alert>
        )}
        <Checkbox
          checked={prune}
          disabled={isDisabled}
          description="In the sections that the file has, and never you yourself. Access keys and passwords go with their user."
          onChange={({ detail }) => onChange({ ...wanted, prune: detail.checked })}
        >
          Also delete what the file does not name
        </Checkbox>
        <ExpandableSection headerText="How such a file is written">
          <Command text={EXAMPLE} />
        </ExpandableSection>
      </SpaceBetween>
    </Container>
  )
}

/** The name of a file that nobody chose. */
export const PASTED = 'the file'
const EXPORTED = 'iam.yaml'

const UPLOAD_TEXTS = {
  uploadButtonText: (multiple: boolean) => (multiple ? 'Choose files' : 'Choose a file'),
  dropzoneText: (multiple: boolean) => (multiple ? 'Drop the files here' : 'Drop the file here'),
  removeFileAriaLabel: (index: number) => `Remove file ${index + 1}`,
  limitShowFewer: 'Show fewer',
  limitShowMore: 'Show more',
  errorIconAriaLabel: 'Error',
}
