import Alert from '@cloudscape-design/components/alert'
import { useState } from 'react'
import { useLocation } from 'react-router'

/** What the page before has done, told on the page that it led to: `navigate(to, { state: { said: '…' } })`. */
export function Said() {
  const { state, key } = useLocation()
  const [heard, setHeard] = useState('')
  const said: unknown = (state as { readonly said?: unknown } | null)?.said
  if (typeof said !== 'string' || heard === key) return undefined
  return (
    <Alert type="success" dismissible onDismiss={() => setHeard(key)}>
      {said}
    </Alert>
  )
}
