import type { FileListing } from '@fleetkey/wire/terminal/file-listing'
import { useEffect, useState } from 'react'
import { asRefusal, type ApiRefusal } from '../../api/api-refusal.ts'
import type { Dropped } from './dropped-files.ts'
import { listFiles, makeFolder } from './file-doors.ts'
import { startUpload, type FilePlace } from './terminal-transfers.ts'
import { planUpload, type PlannedFile, type UploadPlan } from './upload-plan.ts'

/** What somebody wants to send to a folder: looked into, asked about, and begun. */
export interface Uploads {
  /** What would be replaced, from the folder on; empty while there is nothing to ask. */
  readonly doubtful: readonly string[]
  readonly refusal: ApiRefusal | undefined
  readonly take: (dropped: Promise<Dropped>) => void
  readonly answer: (how: 'replace' | 'keep' | 'cancel') => void
  readonly forget: () => void
}

/**
 * @param to.asked names the folder that was asked for; what is sent before it is listed waits for it, and for no other
 * @param to.folder once it is listed
 * @param onSent when all of it is on the host, or is not coming any more
 */
export function useUploads(
  place: FilePlace,
  to: { readonly asked: string; readonly folder: FileListing | undefined },
  onSent: () => void,
): Uploads {
  const { asked, folder } = to
  const { terminalId, transfers } = place
  const [waiting, setWaiting] = useState<{
    readonly asked: string
    readonly what: Promise<Dropped>
  }>()
  const [plan, setPlan] = useState<UploadPlan>()
  const [refusal, setRefusal] = useState<ApiRefusal>()

  useEffect(() => {
    let wasMoving = transfers.isMoving('upload')
    // Once for all of them: each listing is on record.
    return transfers.subscribe(() => {
      const isMoving = transfers.isMoving('upload')
      if (wasMoving && !isMoving) onSent()
      wasMoving = isMoving
    })
  }, [transfers, onSent])

  const begin = async ({ folders, files }: UploadPlan, isMeant: (file: PlannedFile) => boolean) => {
    setPlan(undefined)
    try {
      // oxlint-disable-next-line no-await-in-loop -- those above others first
      for (const path of folders) await makeFolder(terminalId, path)
    } catch (error) {
      setRefusal(asRefusal(error))
      return
    }
    for (const file of files.filter(isMeant)) {
      startUpload(place, { path: file.to, overwrites: file.isTaken }, file.file)
    }
    if (files.length === 0) onSent()
  }

  const look = async (what: Promise<Dropped>, into: FileListing) => {
    setRefusal(undefined)
    try {
      const list = (path: string) => listFiles(terminalId, path, new AbortController().signal)
      const planned = await planUpload(await what, { into, list })
      if (planned.files.some(({ isTaken }) => isTaken)) setPlan(planned)
      else await begin(planned, () => true)
    } catch (error) {
      setRefusal(asRefusal(error))
    }
  }

  useEffect(() => {
    if (waiting === undefined || (waiting.asked === asked && folder === undefined)) return
    setWaiting(undefined)
    if (waiting.asked === asked && folder !== undefined) void look(waiting.what, folder)
    // It is looked into once, as soon as the folder is known.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [waiting, asked, folder])

  return {
    doubtful: plan?.files.filter(({ isTaken }) => isTaken).map(({ path }) => path) ?? [],
    refusal,
    forget: () => setRefusal(undefined),
    take: (what) => setWaiting({ asked, what }),
    answer(how) {
      if (plan === undefined || how === 'cancel') return setPlan(undefined)
      void begin(plan, ({ isTaken }) => how === 'replace' || !isTaken)
    },
  }
}
