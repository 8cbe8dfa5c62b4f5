import Container from '@cloudscape-design/components/container'
import Grid from '@cloudscape-design/components/grid'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { Page } from '../../../ui/page.tsx'
import { RouteLink } from '../../../ui/route-link.tsx'
import { AccountPanel } from './account-panel.tsx'
import { RecommendationsPanel } from './recommendations-panel.tsx'
import { ResourcesPanel } from './resources-panel.tsx'

/** Who there is, and what of it should be mended. */
export function Dashboard() {
  return (
    <Page title="IAM dashboard">
      <Grid gridDefinition={COLUMNS}>
        <SpaceBetween size="l">
          <RecommendationsPanel />
          <ResourcesPanel />
        </SpaceBetween>
        <SpaceBetween size="l">
          <AccountPanel />
          <Container header={<Header variant="h2">Quick links</Header>}>
            <SpaceBetween size="xs">
              <RouteLink to="/security-credentials">My security credentials</RouteLink>
              <RouteLink to="/iam/simulator">Policy simulator</RouteLink>
              <RouteLink to="/iam/account?tab=credentials">Credential report</RouteLink>
            </SpaceBetween>
          </Container>
        </SpaceBetween>
      </Grid>
    </Page>
  )
}

const COLUMNS = [{ colspan: { default: 12, s: 8 } }, { colspan: { default: 12, s: 4 } }]
