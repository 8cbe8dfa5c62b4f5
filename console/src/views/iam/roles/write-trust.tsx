import Button from '@cloudscape-design/components/button'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { PrincipalTrustFields, ProviderTrustFields } from './trust-form-fields.tsx'
import {
  lackOf,
  NO_PRINCIPALS,
  NO_PROVIDER,
  writeTrust,
  type PrincipalTrust,
  type ProviderTrust,
} from './trust-form.ts'

/** A trust policy by a form, to take the place of the one in the editor; nothing is saved by it. */
export function WriteTrust({ onWritten }: { readonly onWritten: (text: string) => void }) {
  const [kind, setKind] = useState<'provider' | 'principals'>('provider')
  const [provider, setProvider] = useState<ProviderTrust>(NO_PROVIDER)
  const [principals, setPrincipals] = useState<PrincipalTrust>(NO_PRINCIPALS)
  const [isOpen, setOpen] = useState(false)
  const form = kind === 'provider' ? provider : principals
  const lack = lackOf(form)
  return (
    <ExpandableSection
      headerText="Write it anew by a form"
      expanded={isOpen}
      onChange={({ detail }) => setOpen(detail.expanded)}
    >
      {/* What there is to choose from is asked for when somebody wants to choose. */}
      {isOpen && (
        <SpaceBetween size="m">
          <SegmentedControl
            label="Trusted entity type"
            selectedId={kind}
            onChange={({ detail }) =>
              setKind(detail.selectedId === 'principals' ? 'principals' : 'provider')
            }
            options={[
              { id: 'provider', text: 'Single sign-on' },
              { id: 'principals', text: 'Users and roles' },
            ]}
          />
          {kind === 'provider' ? (
            <ProviderTrustFields form={provider} onChange={setProvider} />
          ) : (
            <PrincipalTrustFields form={principals} onChange={setPrincipals} />
          )}
          <Button
            disabled={lack !== undefined}
            {...(lack !== undefined && { disabledReason: lack })}
            onClick={() => onWritten(writeTrust(form))}
          >
            Put it into the editor
          </Button>
        </SpaceBetween>
      )}
    </ExpandableSection>
  )
}
