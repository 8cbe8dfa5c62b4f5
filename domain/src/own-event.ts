/**
 * Events that are recorded without being the name of an operation: what hosts tell, and what becomes of agents, terminals, tunnels, recordings and
 * the server. Whoever records one has its name from here.
 */
export const OWN_EVENTS = [
  'KeyOffered',
  'KeyRefused',
  'KeyExpiredUnused',
  'SessionStarted',
  'SessionEnded',
  'LoginUnexplained',
  'LogTampered',
  'ReceiptsLeftOut',
  'IngressObserved',
  'EnrolInstance',
  'AgentLost',
  'AgentConnected',
  'CloseTunnel',
  'OpenTerminal',
  'AttachTerminal',
  'CloseTerminal',
  'ReadTerminalFile',
  'WriteTerminalFile',
  'ListTerminalFile',
  'RenameTerminalFile',
  'RemoveTerminalFile',
  'MakeFolderTerminalFile',
  'ChangeModeTerminalFile',
  'RecordingStarted',
  'RecordingFinished',
  'RecordingExpired',
  'ServerStarted',
  'ServerStopped',
  'ConfigurationChanged',
] as const

export type OwnEvent = (typeof OWN_EVENTS)[number]
