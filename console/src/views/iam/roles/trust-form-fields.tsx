import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import Grid from '@cloudscape-design/components/grid'
import Input from '@cloudscape-design/components/input'
import Multiselect from '@cloudscape-design/components/multiselect'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { Dispatch, SetStateAction } from 'react'
import { useAct } from '../../../api/use-act.ts'
import { useAnswer } from '../../../api/use-answer.ts'
import { RouteLink } from '../../../ui/route-link.tsx'
import { iam } from '../api/iam.ts'
import type { Role, User } from '../api/shapes.ts'
import { useListing } from '../api/use-listing.ts'
import { ListInput } from '../editor/list-input.tsx'
import { Refused } from '../parts/refused.tsx'
import { providerNameOf, type PrincipalTrust, type ProviderTrust } from './trust-form.ts'

/** Who signs in at an identity provider, by a claim. */
export function ProviderTrustFields({
  form,
  onChange,
}: {
  readonly form: ProviderTrust
  readonly onChange: Dispatch<SetStateAction<ProviderTrust>>
}) {
  const { value, refusal, reload } = useAnswer('providers', (signal) =>
    iam<{ OpenIDConnectProviderList: readonly { readonly Arn: string }[] }>(
      'ListOpenIDConnectProviders',
      {},
      signal,
    ),
  )
  const providers = value?.OpenIDConnectProviderList ?? []
  /** Its client IDs are looked up; what is typed meanwhile stays. */
  const choosing = useAct(async (arn: string) => {
    onChange((last) => ({ ...last, providerArn: arn, clientIds: [] }))
    const { ClientIDList = [] } = await iam<{ ClientIDList?: readonly string[] }>(
      'GetOpenIDConnectProvider',
      { OpenIDConnectProviderArn: arn },
    )
    onChange((last) => (last.providerArn === arn ? { ...last, clientIds: ClientIDList } : last))
  })
  const { claims } = form
  if (refusal !== undefined) {
    return <Refused refusal={refusal} header="The providers cannot be listed" onRetry={reload} />
  }
  return (
    <SpaceBetween size="m">
      {value !== undefined && providers.length === 0 && (
        <Alert type="info">
          There is no identity provider yet: <RouteLink to="/iam/providers">add one</RouteLink>.
        </Alert>
      )}
      <FormField label="Identity provider" description="Whose sign-ins count.">
        <Select
          placeholder="Choose a provider"
          options={providers.map(({ Arn }) => ({ value: Arn, label: providerNameOf(Arn) }))}
          selectedOption={
            form.providerArn === ''
              ? null
              : { value: form.providerArn, label: providerNameOf(form.providerArn) }
          }
          onChange={({ detail }) => void choosing.run(detail.selectedOption.value ?? '')}
        />
      </FormField>
      <Refused refusal={choosing.refusal} header="Its client IDs cannot be looked up: type them" />
      <ListInput
        label="Audience"
        description="Client IDs, one of which the token must be made for."
        values={form.clientIds}
        onChange={(clientIds) => onChange({ ...form, clientIds })}
      />
      <FormField
        label="Claims"
        description="Whose: each claim must have one of its values. Without any, everybody at the provider could take the role."
        stretch
      >
        <SpaceBetween size="xs">
          {claims.map((wanted, index) => (
            <Grid
              key={index}
              gridDefinition={[
                { colspan: { default: 12, xxs: 4 } },
                { colspan: { default: 12, xxs: 5 } },
                { colspan: { default: 12, xxs: 3 } },
              ]}
            >
              <FormField label="Claim">
                <Input
                  value={wanted.claim}
                  placeholder="groups"
                  onChange={({ detail }) =>
                    onChange({
                      ...form,
                      claims: claims.with(index, { ...wanted, claim: detail.value.trim() }),
                    })
                  }
                />
              </FormField>
              <ListInput
                label="One of the values"
                placeholder="sre, dba"
                values={wanted.values}
                onChange={(values) =>
                  onChange({ ...form, claims: claims.with(index, { ...wanted, values }) })
                }
              />
              <Box padding={{ top: 'xl' }}>
                <Button
                  ariaLabel={`Remove the claim ${wanted.claim}`}
                  onClick={() => onChange({ ...form, claims: claims.toSpliced(index, 1) })}
                >
                  Remove
                </Button>
              </Box>
            </Grid>
          ))}
          <Button
            onClick={() => onChange({ ...form, claims: [...claims, { claim: '', values: [] }] })}
          >
            Add a claim
          </Button>
        </SpaceBetween>
      </FormField>
    </SpaceBetween>
  )
}

/** Users and roles of the account. */
export function PrincipalTrustFields({
  form,
  onChange,
}: {
  readonly form: PrincipalTrust
  readonly onChange: (form: PrincipalTrust) => void
}) {
  const users = useListing<User>({ operation: 'ListUsers', member: 'Users' })
  const roles = useListing<Role>({ operation: 'ListRoles', member: 'Roles' })
  const options = [
    {
      label: 'Users',
      options: users.items.map(({ UserName, Arn }) => ({ value: Arn, label: UserName })),
    },
    {
      label: 'Roles',
      options: roles.items.map(({ RoleName, Arn }) => ({ value: Arn, label: RoleName })),
    },
  ]
  const all = options.flatMap((group) => group.options)
  return (
    <SpaceBetween size="m">
      <FormField label="Users and roles" description="Each may assume the role.">
        <Multiselect
          placeholder="Choose"
          filteringType="auto"
          options={options}
          statusType={users.isLoading || roles.isLoading ? 'loading' : 'finished'}
          selectedOptions={form.arns.map(
            (arn) => all.find(({ value }) => value === arn) ?? { value: arn, label: arn },
          )}
          deselectAriaLabel={({ label = '' }) => `Take ${label} out`}
          onChange={({ detail }) =>
            onChange({ ...form, arns: detail.selectedOptions.map(({ value = '' }) => value) })
          }
        />
      </FormField>
      <Refused refusal={users.refusal ?? roles.refusal} header="Not all can be listed" />
      <Checkbox
        checked={form.needsFactor}
        onChange={({ detail }) => onChange({ ...form, needsFactor: detail.checked })}
      >
        Only with a second factor
      </Checkbox>
    </SpaceBetween>
  )
}
