import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { useAct } from '../../../api/use-act.ts'
import { iam } from '../api/iam.ts'
import { ListInput } from '../editor/list-input.tsx'
import { Dialog } from '../parts/dialog.tsx'

/** Registers an OpenID Connect provider. */
export function AddProvider({
  onDone,
  onClose,
}: {
  readonly onDone: (arn: string) => void
  readonly onClose: () => void
}) {
  const [url, setUrl] = useState('')
  const [clientIds, setClientIds] = useState<readonly string[]>([])
  const act = useAct(async () => {
    const { OpenIDConnectProviderArn } = await iam<{ OpenIDConnectProviderArn: string }>(
      'CreateOpenIDConnectProvider',
      { Url: url, ClientIDList: clientIds },
    )
    onDone(OpenIDConnectProviderArn)
  })
  const isOfUrl = ['EntityAlreadyExists', 'InvalidInput'].includes(act.refusal?.code ?? '')
  return (
    <Dialog
      title="Add an identity provider"
      act="Add provider"
      isRunning={act.isRunning}
      isDisabled={url === '' || clientIds.length === 0}
      refusal={isOfUrl ? undefined : act.refusal}
      onAct={() => void act.run()}
      onClose={onClose}
    >
      <FormField
        label="Provider URL"
        description="The issuer, exactly as its tokens name it in iss."
        errorText={isOfUrl ? act.refusal?.message : undefined}
      >
        <Input
          value={url}
          type="url"
          placeholder="https://id.example.com/realm"
          onChange={({ detail }) => setUrl(detail.value.trim())}
        />
      </FormField>
      <ListInput
        label="Client IDs"
        description="As what this server and its clients are registered there; the audience of tokens."
        placeholder="fleetkey"
        values={clientIds}
        onChange={setClientIds}
      />
    </Dialog>
  )
}
