import type { EndingBecause, TunnelNotice } from '@fleetkey/wire/tunnel/protocol'

const BECAUSE: Readonly<Record<EndingBecause, string>> = {
  duration: 'it has lasted as long as it may',
  idle: 'nothing has gone through it for a while',
  stopping: 'the server is being stopped',
}

/** A listener for the notices of one tunnel: each ending that is announced is said once; how it was opened, only to who wants to know. */
export function sayNotices(say: (text: string) => void, verbose: boolean) {
  const said = new Set<EndingBecause>()
  return (notice: TunnelNotice): void => {
    switch (notice.kind) {
      case 'open':
        if (verbose) say(openText(notice))
        return
      case 'ending':
        if (said.has(notice.because)) return
        said.add(notice.because)
        say(`fleetkey: this tunnel ends in ${span(notice.inSeconds)}: ${BECAUSE[notice.because]}.`)
    }
  }
}

function openText({ route, endsInSeconds }: Extract<TunnelNotice, { kind: 'open' }>): string {
  const way = route === 'direct' ? 'the server connected to it' : 'its agent came for it'
  return `fleetkey: the tunnel is open (${way}); it may last ${span(endsInSeconds)}.`
}

function span(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3600)} h`
}
