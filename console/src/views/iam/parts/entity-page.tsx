import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import KeyValuePairs, {
  type KeyValuePairsProps,
} from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import type { ReactNode } from 'react'
import type { Asked } from '../../../api/use-answer.ts'
import { Page } from '../../../ui/page.tsx'
import { Refused } from './refused.tsx'
import { Said } from './said.tsx'

/** All about one thing of IAM, once it is known: what says at a glance which it is, then the rest. */
export function EntityPage<Entity>({
  what,
  title,
  list,
  description,
  asked: { value, refusal, reload },
  actions = [],
  facts,
  children,
}: {
  /** e.g. `user` */
  readonly what: string
  readonly title: string
  /** Where all of its kind are. */
  readonly list: { readonly text: string; readonly href: string }
  readonly description?: string | undefined
  readonly asked: Asked<Entity>
  readonly actions?: readonly { readonly text: string; readonly onPress: () => void }[]
  /** Up to four stand beside each other. */
  readonly facts: (entity: Entity) => readonly KeyValuePairsProps.Item[]
  readonly children: (entity: Entity) => ReactNode
}) {
  const glance = value === undefined ? [] : facts(value)
  return (
    <Page
      title={title}
      parents={[list]}
      description={description}
      actions={
        actions.length > 0 && (
          <SpaceBetween direction="horizontal" size="xs">
            {actions.map(({ text, onPress }) => (
              <Button key={text} disabled={value === undefined} onClick={onPress}>
                {text}
              </Button>
            ))}
          </SpaceBetween>
        )
      }
    >
      <SpaceBetween size="l">
        <Said />
        <Refused
          refusal={refusal}
          header={`The ${what} cannot be shown`}
          notThere={{ what, list }}
          onRetry={reload}
        />
        {value === undefined ? (
          refusal === undefined && <Spinner />
        ) : (
          <SpaceBetween size="l">
            <Container>
              <KeyValuePairs columns={Math.min(glance.length, 4)} items={glance} />
            </Container>
            {children(value)}
          </SpaceBetween>
        )}
      </SpaceBetween>
    </Page>
  )
}
