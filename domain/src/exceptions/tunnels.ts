// The door for tunnels.

import { refuse } from './service-exception.ts'

/** AWS's own code at the door for tunnels. */
export const invalidTunnelParameter = (detail: string) => refuse('InvalidParameter', 400, detail)

export const tunnelTargetNotFound = (detail: string) =>
  refuse('EC2InstanceNotFoundException', 400, detail)

/** For the record: nobody is there to read it. */
export const clientGone = () =>
  refuse('RequestCanceledException', 408, 'The client went away before the tunnel was open.')

/** `which` says whose limit it is and how many there are. */
export const tunnelLimitExceeded = (which: string) =>
  refuse('ThrottlingException', 429, `${which}. Close some, or retry when others have ended.`)
