import { useEffect, useState } from 'react'
import { call } from '../../api/call.ts'

interface Described {
  readonly Reservations?: readonly {
    readonly Instances?: readonly {
      readonly Tags?: readonly { readonly Key: string; readonly Value: string }[]
    }[]
  }[]
}

/** Asked once for each instance: every read is on record. */
const names = new Map<string, Promise<string>>()

/** Whose shell it is and where: `alice@web-1`; by the instance's id where its name may not be seen. */
export function usePlaceName({
  instanceId,
  osUser,
}: {
  readonly instanceId: string
  readonly osUser: string
}): string {
  const [known, setKnown] = useState<{ readonly instanceId: string; readonly name: string }>()
  useEffect(() => {
    let isCurrent = true
    if (instanceId !== '') {
      void nameOf(instanceId).then((name) => {
        if (isCurrent) setKnown({ instanceId, name })
      })
    }
    return () => {
      isCurrent = false
    }
  }, [instanceId])
  if (instanceId === '') return 'terminal'
  return `${osUser}@${known?.instanceId === instanceId ? known.name : instanceId}`
}

function nameOf(instanceId: string): Promise<string> {
  const known = names.get(instanceId)
  if (known !== undefined) return known
  const asked = call<Described>('ec2', 'DescribeInstances', { InstanceIds: [instanceId] }).then(
    ({ Reservations }) => {
      const tags = Reservations?.[0]?.Instances?.[0]?.Tags ?? []
      return tags.find(({ Key }) => Key === 'Name')?.Value ?? instanceId
    },
    () => instanceId,
  )
  names.set(instanceId, asked)
  return asked
}
