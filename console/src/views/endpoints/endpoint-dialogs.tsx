import Autosuggest from '@cloudscape-design/components/autosuggest'
import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { tagProblem } from '@fleetkey/domain/instance'
import { DEFAULT_SITE } from '@fleetkey/domain/site'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { useAct } from '../../api/use-act.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { draftsProblem, type TagDraft } from '../../ui/tag-changes.ts'
import { TagEditor } from '../../ui/tag-editor.tsx'
import { TypedConfirmation } from '../../ui/typed-confirmation.tsx'
import {
  IP_ADDRESS_TYPE_IDS,
  IP_ADDRESS_TYPES,
  isIpAddressType,
  type IpAddressType,
  type ListedEndpoint,
} from './listed-endpoint.ts'

interface DialogProps {
  readonly onDone: () => void
  readonly onCancel: () => void
}

/** Gives a site its endpoint; also one that no host is in yet. */
export function CreateEndpointDialog({
  sites,
  taken,
  onDone,
  onCancel,
}: DialogProps & {
  readonly sites: readonly string[]
  /** Those that have one. */
  readonly taken: readonly string[]
}) {
  const free = sites.filter((site) => !taken.includes(site))
  const [typed, setTyped] = useState<string>()
  // Sites may come after the dialog was opened.
  const site = typed ?? free[0] ?? ''
  const [type, setType] = useState<IpAddressType>('dualstack')
  const [tags, setTags] = useState<readonly TagDraft[]>([])
  const act = useAct(async () => {
    const Tags = tags.map(({ key, value }) => ({ Key: key, Value: value }))
    await call('ec2', 'CreateInstanceConnectEndpoint', {
      Site: site,
      IpAddressType: type,
      ...(Tags.length > 0 && {
        TagSpecifications: [{ ResourceType: 'instance-connect-endpoint', Tags }],
      }),
    })
    onDone()
  })
  const siteProblem = taken.includes(site)
    ? 'This site has an endpoint: there is one for each.'
    : tagProblem('Site', site)
  return (
    <FormDialog
      header="Create endpoint"
      action="Create endpoint"
      isRunning={act.isRunning}
      isComplete={site !== '' && siteProblem === undefined && draftsProblem(tags) === undefined}
      onSubmit={() => void act.run()}
      onCancel={onCancel}
    >
      <Refusal
        refusal={act.refusal}
        header="The endpoint was not created"
        askFor="ec2:CreateInstanceConnectEndpoint"
      />
      <FormField
        label="Site"
        description="Hosts are in the site that their tag Site names. It may have none yet."
        errorText={site === '' ? undefined : siteProblem}
      >
        <Autosuggest
          value={site}
          ariaLabel="Site"
          placeholder={DEFAULT_SITE}
          enteredTextLabel={(text) => `Site: ${text}`}
          options={free.map((value) => ({ value }))}
          onChange={({ detail }) => setTyped(detail.value)}
        />
      </FormField>
      <TypeField value={type} onChange={setType} />
      <FormField label="Tags" stretch>
        <TagEditor drafts={tags} onChange={setTags} />
      </FormField>
    </FormDialog>
  )
}

/** Changes to which addresses an endpoint leads. */
export function ModifyEndpointDialog({
  endpoint,
  onDone,
  onCancel,
}: DialogProps & { readonly endpoint: ListedEndpoint }) {
  const { endpointId, site, ipAddressType } = endpoint
  const before = isIpAddressType(ipAddressType) ? ipAddressType : 'dualstack'
  const [type, setType] = useState<IpAddressType>(before)
  const act = useAct(async () => {
    await call('ec2', 'ModifyInstanceConnectEndpoint', {
      InstanceConnectEndpointId: endpointId,
      IpAddressType: type,
    })
    onDone()
  })
  return (
    <FormDialog
      header={`Modify the endpoint of ${site}`}
      action="Save"
      isRunning={act.isRunning}
      isComplete={type !== before}
      onSubmit={() => void act.run()}
      onCancel={onCancel}
    >
      <Refusal
        refusal={act.refusal}
        header="The endpoint was not modified"
        askFor="ec2:ModifyInstanceConnectEndpoint"
      />
      <TypeField value={type} onChange={setType} />
    </FormDialog>
  )
}

export function DeleteEndpointDialog({
  endpoint,
  onDone,
  onCancel,
}: DialogProps & { readonly endpoint: ListedEndpoint }) {
  const { endpointId, site } = endpoint
  const act = useAct(async () => {
    await call('ec2', 'DeleteInstanceConnectEndpoint', { InstanceConnectEndpointId: endpointId })
    onDone()
  })
  return (
    <TypedConfirmation
      header={`Delete the endpoint of ${site}?`}
      word="delete"
      action="Delete"
      isRunning={act.isRunning}
      onConfirm={() => void act.run()}
      onCancel={onCancel}
      means="Open tunnels to the hosts of this site end at once, and none is opened then: its hosts are reached directly only."
    >
      <SpaceBetween size="s">
        <Refusal
          refusal={act.refusal}
          header="The endpoint was not deleted"
          askFor="ec2:DeleteInstanceConnectEndpoint"
        />
        <div>{endpointId}</div>
      </SpaceBetween>
    </TypedConfirmation>
  )
}

function TypeField({
  value,
  onChange,
}: {
  readonly value: IpAddressType
  readonly onChange: (type: IpAddressType) => void
}) {
  return (
    <FormField
      label="Leads to"
      description="Which addresses of hosts. Tunnels that are open go on."
    >
      <Select
        options={IP_ADDRESS_TYPE_IDS.map((id) => ({ value: id, label: IP_ADDRESS_TYPES[id] }))}
        selectedOption={{ value, label: IP_ADDRESS_TYPES[value] }}
        onChange={({ detail }) => {
          if (isIpAddressType(detail.selectedOption.value)) onChange(detail.selectedOption.value)
        }}
      />
    </FormField>
  )
}
