import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { Fragment, useEffect, type ReactNode } from 'react'
import type { ConsoleSession } from '../../api/console-session.ts'
import {
  forgetRole,
  keepRole,
  keepWay,
  listProviders,
  startPath,
  type Provider,
} from '../../api/provider-sign-in.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { providerLabels, providersToOffer } from './provider-labels.ts'

/**
 * A button for each provider that people of this server sign in at.
 * @param way query of the sign-in page, of where they want to be afterwards
 */
export function Providers({ way }: { readonly way: string }) {
  return (
    <List>
      {(provider, label) => (
        <Button
          fullWidth
          formAction="none"
          onClick={() => {
            keepWay(way)
            location.assign(startPath(provider))
          }}
        >
          Sign in with {label}
        </Button>
      )}
    </List>
  )
}

/**
 * Likewise, for whoever has something on this page: they sign in in another tab, which a link opens, so that no browser holds it back; this page
 * learns of it as all tabs do. It needs nothing of that tab, which a provider may cut off from this one (Cross-Origin-Opener-Policy).
 * @param how `anew`: they show there once more who they are
 */
export function ProvidersInNewTab({
  session,
  how,
}: {
  readonly session: ConsoleSession
  readonly how?: 'anew'
}) {
  const { arn } = session.principal
  // Another tab that is opened from this one, for whatever reason, would take itself for that.
  useEffect(() => forgetRole, [])
  return (
    <List>
      {(provider, label) => (
        <Button
          fullWidth
          formAction="none"
          href={startPath(provider, how)}
          target="_blank"
          // With it the new tab has what this one keeps for it.
          rel="opener"
          iconAlign="right"
          iconName="external"
          onFollow={() => keepRole(arn)}
        >
          Sign in with {label}
        </Button>
      )}
    </List>
  )
}

function List({
  children,
}: {
  readonly children: (provider: Provider, label: string | undefined) => ReactNode
}) {
  const providers = useAnswer('providers', listProviders)
  const list = providersToOffer(providers.value ?? [])
  if (list.length === 0) return undefined
  const labels = providerLabels(list)
  return (
    <SpaceBetween size="xs">
      {list.map((provider, index) => (
        <Fragment key={startPath(provider)}>{children(provider, labels[index])}</Fragment>
      ))}
    </SpaceBetween>
  )
}
