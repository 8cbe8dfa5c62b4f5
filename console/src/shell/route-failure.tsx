import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import { useRouteError } from 'react-router'

/** A page that threw, or whose chunk could not be loaded (the server was upgraded meanwhile, or is not reached). */
export function RouteFailure() {
  const error = useRouteError()
  return (
    <Box padding="l">
      <Alert
        type="error"
        header="This page could not be shown"
        action={<Button onClick={() => location.reload()}>Load it again</Button>}
      >
        {error instanceof Error ? error.message : 'Something unexpected was thrown.'}
      </Alert>
    </Box>
  )
}
