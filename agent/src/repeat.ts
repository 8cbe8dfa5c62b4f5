/** Work that is done again and again, never twice at once. */
export interface Repeating {
  /** Now, instead of when its time has come. */
  readonly soon: () => void
  readonly stop: () => void
}

/** The first time is `ms` from now. What the work throws goes to `onFailure`, and it goes on. */
export function repeat(
  ms: () => number,
  work: () => Promise<void>,
  onFailure: (failure: unknown) => void,
): Repeating {
  let timer: NodeJS.Timeout | undefined
  let running = false
  let again = false
  let stopped = false

  const wait = () => {
    if (!stopped) timer = setTimeout(go, ms()).unref()
  }
  const go = () => {
    clearTimeout(timer)
    if (running || stopped) {
      again = running
      return
    }
    running = true
    again = false
    void work()
      .catch(onFailure)
      .then(() => {
        running = false
        if (again) go()
        else wait()
      })
  }

  wait()
  return {
    soon: go,
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
