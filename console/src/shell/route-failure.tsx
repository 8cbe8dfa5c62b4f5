import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Spinner from '@cloudscape-design/components/spinner'
import { useEffect, useState } from 'react'
import { useRouteError } from 'react-router'
import { ApiRefusal } from '../api/api-refusal.ts'
import { loadSession } from '../api/signing-in.ts'
import { ChunkMissing } from '../parts/load-chunk.ts'
import { reloadOnce, serverBuild, type BuildState } from '../parts/server-build.ts'
import { useTitle } from '../ui/use-title.ts'

const AGAIN_MS = 3000

/** A page that threw, or that did not come. */
export function RouteFailure() {
  const error = useRouteError()
  if (error instanceof ChunkMissing) return <PageMissing />
  if (error instanceof ApiRefusal && [0, 429, 502, 503, 504].includes(error.status)) {
    return <NotNow why={error.message} />
  }
  return (
    <Failure header="This page could not be shown">
      {error instanceof Error ? error.message : 'Something unexpected was thrown.'}
    </Failure>
  )
}

/** Only the moment is wrong: the control plane is asked until it is right. */
function NotNow({ why }: { readonly why: string }) {
  useEffect(() => {
    const asking = setInterval(
      () => void loadSession().then(() => location.reload(), Boolean),
      AGAIN_MS,
    )
    return () => clearInterval(asking)
  }, [])
  return (
    <Failure type="warning" header="This page could not be shown">
      {`${why} This page asks again by itself.`}
    </Failure>
  )
}

/**
 * The page before is left, and whoever wrote on it was asked: where the server was upgraded meanwhile, the page is loaded again by itself,
 * once. Anybody else is told.
 */
function PageMissing() {
  const [build, setBuild] = useState<BuildState>()
  useEffect(() => {
    let isGone = false
    void serverBuild().then((found) => {
      if (isGone || (found === 'another' && reloadOnce())) return
      setBuild(found)
    })
    return () => void (isGone = true)
  }, [])
  const isUnreachable = build === 'unreachable'
  useEffect(() => {
    if (!isUnreachable) return undefined
    // A load meanwhile would take away the page, and leave the browser's own.
    const asking = setInterval(
      () => void serverBuild().then((found) => found !== 'unreachable' && location.reload()),
      AGAIN_MS,
    )
    return () => clearInterval(asking)
  }, [isUnreachable])
  if (build === undefined) {
    return (
      <Box padding="l" textAlign="center">
        <Spinner size="large" />
      </Box>
    )
  }
  return <Failure header="This page could not be loaded">{WHY[build]}</Failure>
}

const WHY: Readonly<Record<BuildState, string>> = {
  same: 'The control plane answers, but not with this page. Load it again; if it stays so, look at its log.',
  another: 'The control plane was upgraded meanwhile. Load the page again to have the new one.',
  unreachable:
    'The control plane is not reached. Check your network, and that the server runs. SSH sessions do not depend on it. This page asks again by itself.',
}

function Failure({
  type = 'error',
  header,
  children,
}: {
  readonly type?: 'error' | 'warning'
  readonly header: string
  readonly children: string
}) {
  useTitle(header)
  return (
    <Box padding="l">
      <Box variant="h1" padding={{ bottom: 'm' }}>
        {header}
      </Box>
      <Alert type={type} action={<Button onClick={() => location.reload()}>Load it again</Button>}>
        {children}
      </Alert>
    </Box>
  )
}
