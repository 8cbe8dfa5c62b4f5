import Alert from '@cloudscape-design/components/alert'
import { useEffect, useState } from 'react'
import { useLocation } from 'react-router'

/** What the page before has done, told on the page that it led to: `navigate(to, { state: { said: '…' } })`. */
export function Said() {
  const { state, key } = useLocation()
  const [heard, setHeard] = useState('')
  const said: unknown = (state as { readonly said?: unknown } | null)?.said
  const isSaid = typeof said === 'string'
  useEffect(() => {
    // Once: it is no news when the page is loaded again, or somebody comes back to it. The router keeps the state of a location there.
    if (isSaid) history.replaceState({ ...(history.state as object), usr: null }, '')
  }, [isSaid, key])
  if (!isSaid || heard === key) return undefined
  return (
    <Alert type="success" dismissible onDismiss={() => setHeard(key)}>
      {said}
    </Alert>
  )
}
