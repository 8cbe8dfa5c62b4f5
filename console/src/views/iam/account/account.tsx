import SpaceBetween from '@cloudscape-design/components/space-between'
import { Page } from '../../../ui/page.tsx'
import { UrlTabs } from '../../../ui/url-tabs.tsx'
import { CredentialsPanel } from './credentials-panel.tsx'
import { PasswordPolicyPanel } from './password-policy-panel.tsx'
import { QuotasPanel } from './quotas-panel.tsx'

/** What holds for the whole account. */
export function Account() {
  return (
    <Page title="Account settings">
      <SpaceBetween size="l">
        <UrlTabs
          tabs={[
            { id: 'passwords', label: 'Password policy', content: <PasswordPolicyPanel /> },
            { id: 'credentials', label: 'Credential report', content: <CredentialsPanel /> },
            { id: 'quotas', label: 'Quotas', content: <QuotasPanel /> },
          ]}
        />
      </SpaceBetween>
    </Page>
  )
}
