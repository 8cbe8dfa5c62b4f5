import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, type ReactNode } from 'react'

/** What is around the pages of those who are not signed in yet. */
export function EntryFrame({
  title,
  width = 420,
  children,
}: {
  readonly title: string
  readonly width?: number
  readonly children: ReactNode
}) {
  useEffect(() => {
    document.title = `${title} · Fleetkey`
  }, [title])
  return (
    <main style={{ maxWidth: width, margin: '0 auto', padding: '10vh 16px 32px' }}>
      <EntryBox title={title}>{children}</EntryBox>
    </main>
  )
}

export function EntryBox({
  title,
  children,
}: {
  readonly title: string
  readonly children: ReactNode
}) {
  return (
    <SpaceBetween size="l">
      <Box textAlign="center" fontSize="heading-xl" fontWeight="bold">
        Fleetkey
      </Box>
      <Container header={<Header variant="h1">{title}</Header>}>{children}</Container>
    </SpaceBetween>
  )
}
