import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import { useLocation } from 'react-router'
import { RouteLink } from '../ui/route-link.tsx'
import { useTitle } from '../ui/use-title.ts'

export function NoSuchPage() {
  useTitle('There is no such page')
  const { pathname } = useLocation()
  return (
    <Container header={<Header variant="h1">There is no such page</Header>}>
      <Box variant="p">
        Nothing of the console is at <Box variant="code">{pathname}</Box>. See the{' '}
        <RouteLink to="/instances">instances</RouteLink>.
      </Box>
    </Container>
  )
}
