// Terminals in the browser.

import { quote, refuse, shown } from './service-exception.ts'

/** `which` says whose limit it is and how many there are. */
export const terminalLimitExceeded = (which: string) =>
  refuse('ThrottlingException', 429, `${which}. End some, or retry when others have ended.`)

/** Also of somebody else's, to who may not know of it. */
export const terminalNotFound = (terminalId: string) =>
  refuse(
    'TerminalNotFoundException',
    404,
    `There is no terminal ${shown(terminalId)} any more, or it is not yours. Open a new one.`,
  )

/** @param since when this control plane was started, milliseconds since 1970: short before, terminals ended with the one before it */
export const terminalNotFoundSince = (terminalId: string, since: number) =>
  refuse(
    'TerminalNotFoundException',
    404,
    `There is no terminal ${shown(terminalId)} any more, or it is not yours. The control plane was started at ${new Date(since).toISOString()}: terminals from before that have ended. Open a new one.`,
  )

export const hostUnreachable = (detail: string) => refuse('HostUnreachableException', 503, detail)

/** The host is perhaps another machine: nothing was sent to it. */
export const hostKeyChanged = (detail: string) => refuse('HostKeyChangedException', 409, detail)

export const sshLoginRefused = (osUser: string) =>
  refuse('SSHLoginRefusedException', 403, `sshd on the host refused the login as ${quote(osUser)}.`)

export const sshFailed = (detail: string) => refuse('SSHConnectionException', 502, detail)
