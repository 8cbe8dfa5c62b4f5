import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar'
import { useCallback, useState, type ReactNode } from 'react'

/** What became of what a person did, on top of the page until they have read it. */
export interface Flashes {
  /** To be shown by the page; nothing while there is nothing to say. */
  readonly shown: ReactNode
  say(type: 'success' | 'warning' | 'error' | 'info', header: string, content?: ReactNode): void
}

/** Older ones give way: a page is not a log. */
const MOST = 5

export function useFlashes(): Flashes {
  const [said, setSaid] = useState<readonly FlashbarProps.MessageDefinition[]>([])
  const say = useCallback<Flashes['say']>((type, header, content) => {
    const id = crypto.randomUUID()
    const dismiss = () => setSaid((all) => all.filter((each) => each.id !== id))
    const message: FlashbarProps.MessageDefinition = {
      id,
      type,
      // Read aloud, as without a role it is not; an alert would take the focus from where somebody types.
      ariaRole: 'status',
      header,
      content,
      dismissible: true,
      dismissLabel: 'Dismiss',
      onDismiss: dismiss,
    }
    setSaid((all) => [message, ...all].slice(0, MOST))
  }, [])
  return { shown: said.length === 0 ? undefined : <Flashbar items={said} />, say }
}
