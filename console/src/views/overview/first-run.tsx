import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useNavigate } from 'react-router'
import { Page } from '../../ui/page.tsx'

/** Of a fleet without hosts: what to do first. */
export function FirstRun() {
  const navigate = useNavigate()
  return (
    <Page
      title="Overview"
      description="Fleetkey gives people SSH access to hosts without standing keys. There is no host yet."
    >
      <Container>
        <Box textAlign="center" padding="xxl">
          <SpaceBetween size="m">
            <Box variant="h2">Add your first instance</Box>
            <Box variant="p">
              One command, run on the host, makes it an instance. It appears here as soon as its
              agent connects, and you can be at a prompt a moment later.
            </Box>
            <Button
              variant="primary"
              href="/instances/add"
              onFollow={(event) => {
                event.preventDefault()
                void navigate('/instances/add')
              }}
            >
              Add an instance
            </Button>
          </SpaceBetween>
        </Box>
      </Container>
    </Page>
  )
}
