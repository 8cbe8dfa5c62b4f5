import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useLocation } from 'react-router'
import { keepWay, listProviders, startPath } from '../../api/provider-sign-in.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { providerLabels } from './provider-labels.ts'

/** A button for each provider that people of this server sign in at. */
export function Providers({ isDisabled }: { readonly isDisabled: boolean }) {
  const { search } = useLocation()
  const providers = useAnswer('providers', listProviders)
  const list = providers.value ?? []
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
            keepWay(search)
            location.assign(startPath(provider))
          }}
        >
          Sign in with {labels[index]}
        </Button>
      ))}
    </SpaceBetween>
  )
}
