/** What a host does that means harm, where nobody comes to a shell by it. */
export const NO_LOGINS = [
  'pours lines before its version',
  'pours bytes',
  'pours bytes after its version',
  'begins a packet of four gigabytes',
  'ends after the version of who comes',
  'ends in the middle of the key exchange',
  'ends at once',
  'never says anything',
  'compresses, and nothing else',
  'never answers the login',
  'asks for passwords without end',
  'shows a banner without end',
] as const
export type NoLogin = (typeof NO_LOGINS)[number]

/** What it does once it has let somebody in, and what becomes of their terminal. */
export const LOGINS = {
  'sends more than it is let': 'ended',
  'sends packets without end that show nothing': 'ended',
  'agrees on new keys without end': 'ended',
  'answers what nobody asked': 'open',
  'opens channels of its own': 'open',
  'says that the shell has ended, and goes on': 'open',
} as const
export type Login = keyof typeof LOGINS
