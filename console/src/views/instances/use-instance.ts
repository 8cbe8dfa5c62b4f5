import { useCallback, useState } from 'react'
import type { ApiRefusal } from '../../api/api-refusal.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { useLive } from '../../live/use-live.ts'
import { readTold, type DetailedInstance } from './listed-instance.ts'
import { readOneInstance } from './read-instances.ts'

/** One instance, as it is now. */
export interface KnownInstance {
  readonly instance: DetailedInstance | undefined
  readonly refusal: ApiRefusal | undefined
  readonly isReading: boolean
  readonly isLive: boolean
  readonly reload: () => void
}

/** Reads it, and then hears what changes. One that is gone meanwhile is shown as terminated. */
export function useInstance(instanceId: string): KnownInstance {
  const read = useAnswer(instanceId, (signal) => readOneInstance(instanceId, signal))
  const [heard, setHeard] = useState<Heard>()
  const reload = useCallback(() => {
    setHeard(undefined)
    read.reload()
  }, [read])

  const live = useLive('instances', (news) => {
    if (news.type === 'missed') return reload()
    const told = news.changed.find((each) => each['InstanceId'] === instanceId)
    if (told !== undefined) setHeard({ instanceId, now: readTold(told) })
    if (news.gone.includes(instanceId)) setHeard({ instanceId, now: 'gone' })
  })

  const now = heard?.instanceId === instanceId ? heard.now : undefined
  return {
    instance: now === 'gone' ? terminated(read.value) : (now ?? read.value),
    refusal: read.refusal,
    isReading: read.isLoading,
    isLive: live.kind === 'live',
    reload,
  }
}

interface Heard {
  readonly instanceId: string
  readonly now: DetailedInstance | 'gone'
}

const terminated = (instance: DetailedInstance | undefined): DetailedInstance | undefined =>
  instance && { ...instance, state: 'terminated', stateReason: '', link: undefined }
