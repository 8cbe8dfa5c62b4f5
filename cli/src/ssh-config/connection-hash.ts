import { createHash } from 'node:crypto'

/**
 * ssh's `%C` for a connection without a jump host: SHA-1 of local host name, host, port and user (ssh_config(5), TOKENS). ProxyCommand does
 * not get it as a word, so it is made here of those that it gets.
 */
export function connectionHash(parts: {
  readonly localHost: string
  readonly host: string
  readonly port: string
  readonly user: string
}): string {
  const { localHost, host, port, user } = parts
  return createHash('sha1').update(localHost).update(host).update(port).update(user).digest('hex')
}
