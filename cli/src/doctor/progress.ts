import type { Finding } from '@fleetkey/domain/finding'
import type { Screen } from '../screen.ts'

/** Tells the person who waits what is still being looked at. */
export interface Progress {
  begin(names: readonly string[]): void
  ended(name: string, findings: readonly Finding[]): void
  end(): void
}

/** On a terminal one line that changes; elsewhere a line for each, so that a log shows what took its time. Always on stderr. */
export function progressOn(screen: Screen): Progress {
  return screen.interactive ? liveLine(screen) : plainLines(screen)
}

function liveLine(screen: Screen): Progress {
  let open: readonly string[] = []
  // CSI K clears what a longer line left.
  const show = () =>
    screen.err(`\r\u001b[K${screen.paintErr.faint(`looking at ${open.join(', ')} …`)}`)
  return {
    begin(names) {
      open = names
      show()
    },
    ended(name) {
      open = open.filter((one) => one !== name)
      if (open.length > 0) show()
    },
    end: () => screen.err('\r\u001b[K'),
  }
}

function plainLines(screen: Screen): Progress {
  let began = 0
  return {
    begin: () => (began = screen.now()),
    ended(name, findings) {
      const bad = findings.filter(({ state }) => state === 'bad').length
      const what = bad === 0 ? '' : `: ${bad} bad`
      screen.err(`looked at ${name} (${((screen.now() - began) / 1000).toFixed(1)} s)${what}\n`)
    },
    end: () => {},
  }
}
