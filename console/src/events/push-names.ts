/** The calls that push a key. */
export const PUSH_NAMES = ['SendSSHPublicKey', 'SendSerialConsoleSSHPublicKey'] as const

export const isPushName = (eventName: string): boolean =>
  PUSH_NAMES.some((name) => name === eventName)
