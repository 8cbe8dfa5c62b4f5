import { AnswerFailed, NoResponders, RequestTimeout, type Bus } from '../bus.ts'

type Answer = (payload: string) => Promise<string>

/** The bus of a control plane with one node. */
export function createLocalBus(): Bus {
  const servers = new Map<string, Answer>()
  const closing = new AbortController()
  return {
    request(subject, payload, timeoutMs) {
      const answer = servers.get(subject)
      if (answer === undefined) return Promise.reject(new NoResponders(subject))
      return inTime(subject, answered(subject, answer, payload), {
        timeoutMs,
        closed: closing.signal,
      })
    },
    serve(subject, answer) {
      if (closing.signal.aborted) throw new Error(`cannot serve ${subject}: the bus is closed`)
      servers.set(subject, answer)
      return () => {
        if (servers.get(subject) === answer) servers.delete(subject)
      }
    },
    close() {
      servers.clear()
      closing.abort()
      return Promise.resolve()
    },
  }
}

/** Later, as over a network, so that no caller comes to rely on being answered before it goes on. */
async function answered(subject: string, answer: Answer, payload: string): Promise<string> {
  await Promise.resolve()
  try {
    return await answer(payload)
  } catch (cause) {
    throw new AnswerFailed(subject, { cause })
  }
}

function inTime(
  subject: string,
  answer: Promise<string>,
  { timeoutMs, closed }: { timeoutMs: number; closed: AbortSignal },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const letGo = () => {
      clearTimeout(timer)
      closed.removeEventListener('abort', giveUp)
    }
    // The answer may never come: whoever does not wait for it any more keeps neither timer nor listener.
    const giveUp = () => {
      letGo()
      reject(new RequestTimeout(subject))
    }
    const timer = setTimeout(giveUp, timeoutMs)
    closed.addEventListener('abort', giveUp)
    void answer.then(resolve, reject).finally(letGo)
  })
}
