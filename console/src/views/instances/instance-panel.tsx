import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { RouteLink } from '../../ui/route-link.tsx'
import { useFocusBack } from '../../ui/use-focus-back.ts'
import { InstanceProblems, InstanceSummary } from './details/details-tab.tsx'
import './instance-panel.css'
import { labelOf, type ListedInstance } from './listed-instance.ts'

/** What the one instance is that was chosen, without leaving the list. */
export function InstancePanel({
  instance,
  onClose,
}: {
  readonly instance: ListedInstance
  readonly onClose: () => void
}) {
  const { instanceId } = instance
  const giveFocusBack = useFocusBack()
  return (
    <section className="instance-panel" aria-label={`Instance ${labelOf(instance)}`}>
      <Container
        header={
          <Header
            variant="h2"
            description={
              <SpaceBetween direction="horizontal" size="m">
                <RouteLink to={`/instances/${instanceId}`}>Open as a page</RouteLink>
                <RouteLink to={`/instances/${instanceId}?tab=sessions`}>SSH sessions</RouteLink>
                <RouteLink to={`/instances/${instanceId}?tab=events`}>Events</RouteLink>
                <RouteLink to={`/instances/${instanceId}?tab=doctor`}>Doctor</RouteLink>
              </SpaceBetween>
            }
            actions={
              <Button
                variant="icon"
                iconName="close"
                ariaLabel="Close the panel"
                onClick={() => {
                  onClose()
                  giveFocusBack()
                }}
              />
            }
          >
            <bdi>{labelOf(instance)}</bdi>
          </Header>
        }
      >
        <SpaceBetween size="m">
          <InstanceProblems instance={instance} />
          <InstanceSummary instance={instance} />
        </SpaceBetween>
      </Container>
    </section>
  )
}
