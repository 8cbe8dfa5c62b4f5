import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { keepWay, listProviders, startPath } from '../../api/provider-sign-in.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { providerLabels, providersToOffer } from './provider-labels.ts'

/**
 * A button for each provider that people of this server sign in at.
 * @param way query of the sign-in page, of where they want to be afterwards
 * @param how `anew`: they show there once more who they are
 */
export function Providers({
  isDisabled = false,
  way,
  how,
}: {
  readonly isDisabled?: boolean
  readonly way: string
  readonly how?: 'anew'
}) {
  const providers = useAnswer('providers', listProviders)
  const list = providersToOffer(providers.value ?? [])
  if (list.length === 0) return undefined
  const labels = providerLabels(list)
  return (
    <SpaceBetween size="xs">
      {list.map((provider, index) => (
        <Button
          key={startPath(provider)}
          fullWidth
          formAction="none"
          disabled={isDisabled}
          onClick={() => {
            keepWay(way)
            location.assign(startPath(provider, how))
          }}
        >
          Sign in with {labels[index]}
        </Button>
      ))}
    </SpaceBetween>
  )
}
