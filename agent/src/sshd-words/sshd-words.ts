import type { BootClock } from '../boot-clock.ts'
import type { Log } from '../log.ts'
import { findSshdLog, type SshdLog } from './find-sshd-log.ts'
import { followJournal, isSshdProgram, type JournalLine } from './journal.ts'
import { followLogFile } from './log-file.ts'
import { parseSshdWord } from './parse-sshd-word.ts'
import type { HeardWord } from './sshd-word.ts'
import { WordMemory } from './word-memory.ts'

/** What sshd itself says of logins, from where nobody but root can have written it. */
export interface SshdWords {
  /** `journal`: with pids, and nobody else's words. `file`: see log-file.ts for what may be forged there. `none`: nothing is heard. */
  readonly kind: SshdLog['kind']
  /** Heard at that moment of the boot clock (hundredths of a second) or later, oldest first, what comes to no login before the rest; two or three minutes are kept. */
  since(bootAt: number): readonly HeardWord[]
  /** Returns what ends it. */
  onWord(listener: (heard: HeardWord) => void): () => void
  /** Lines that claim to be sshd's, and the journal says that another wrote them. Returns what ends it. */
  onForged(listener: (line: JournalLine) => void): () => void
  /** Reads what is there now. The journal may hold back up to 250 ms. */
  flush(): void
  close(): void
}

/** journald tells at the latest after 250 ms; a slow machine takes longer. */
const HELD_BACK_HUNDREDTHS = 100

/** An sshd that was started anew may write elsewhere: looked for now and then, and when somebody asks. To find it may mean to look at every process of the host. */
const LOOK_EVERY_MS = { always: 10_000, asked: 1000 }

export function openSshdWords(options: {
  readonly clock: Pick<BootClock, 'now'>
  readonly log: Pick<Log, 'debug' | 'warn'>
  /** Default: where sshd on this host writes. */
  readonly find?: () => SshdLog
}): SshdWords {
  const { clock, log, find = findSshdLog } = options
  const memory = new WordMemory()
  const forgedListeners = new Set<(line: JournalLine) => void>()
  let source: Source = { log: { kind: 'none', because: '' }, flush() {}, close() {} }

  const hear = (message: string, told: { readonly pid?: number; readonly at: number }) => {
    const word = parseSshdWord(message)
    if (word === undefined) return
    // What journald held back was said before; a clock that was stepped meanwhile says nothing.
    const heldBack = Math.min(Math.max((Date.now() - told.at) / 10, 0), HELD_BACK_HUNDREDTHS)
    memory.add({ word, bootAt: clock.now() - heldBack, ...told })
  }
  const onJournal = (line: JournalLine) => {
    if (line.isSshds) return hear(line.message, { pid: line.pid, at: line.at })
    if (!isForged(line)) return
    for (const listener of forgedListeners) listener(line)
  }

  let lookedAt = -Infinity
  const look = () => {
    lookedAt = performance.now()
    const found = find()
    if (JSON.stringify(found) === JSON.stringify(source.log)) return
    source.close()
    source = open(found)
    log.debug('sshd-words', { ...found })
  }

  const open = (found: SshdLog): Source => {
    switch (found.kind) {
      case 'journal': {
        const following = followJournal(found.program, onJournal, (reason) =>
          log.warn('journal-not-followed', { reason }),
        )
        return { log: found, flush() {}, close: () => following.close() }
      }
      case 'file': {
        const file = followLogFile(found.path, (line) => hear(line, { at: Date.now() }))
        return { log: found, flush: () => file.read(), close: () => file.close() }
      }
      case 'none':
        return { log: found, flush() {}, close() {} }
    }
  }

  look()
  const timer = setInterval(look, LOOK_EVERY_MS.always).unref()
  return {
    get kind() {
      return source.log.kind
    },
    since: (bootAt) => memory.since(bootAt),
    onWord: (listener) => memory.listen(listener),
    onForged(listener) {
      forgedListeners.add(listener)
      return () => void forgedListeners.delete(listener)
    },
    flush() {
      if (performance.now() - lookedAt >= LOOK_EVERY_MS.asked) look()
      source.flush()
    },
    close() {
      clearInterval(timer)
      source.close()
    },
  }
}

/**
 * Written by a program that is not sshd; or, with the uid of an account, saying what only root's sshd has to say. Its child that serves a
 * session says harmless things with that uid ("Starting session", "Connection closed by"), and is often gone before journald looks.
 */
function isForged({ program, uid, message }: JournalLine): boolean {
  if (program !== '' && !isSshdProgram(program)) return true
  const word = uid === 0 ? undefined : parseSshdWord(message)
  return word !== undefined && word.kind !== 'left' && word.kind !== 'gone'
}

interface Source {
  readonly log: SshdLog
  flush(): void
  close(): void
}
