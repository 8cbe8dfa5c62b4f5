import { parseCidr, type Cidr } from './cidr.ts'
import { isPort } from './host-facts.ts'

/** From where a rule of a host lets connections in. */
export type IngressSource =
  | { readonly kind: 'cidr'; readonly cidr: Cidr }
  /** The address of whoever pushed a key, while the grant lives. */
  | { readonly kind: 'grant' }

/** TCP, from a source to ports of the host. A host enforces those that cover the port of its sshd. */
export interface IngressRule {
  readonly fromPort: number
  /** Not before `fromPort`. */
  readonly toPort: number
  readonly source: IngressSource
}

/** `none`: no rule set counts here, and the host's own firewall decides alone. `observe` only says what `enforce` would cut. */
export type IngressMode = 'none' | 'observe' | 'enforce'

export const isIngressMode = (value: unknown): value is IngressMode =>
  value === 'none' || value === 'observe' || value === 'enforce'

/** More than that does not fit in one message to a host, with addresses of IPv6 in each and a certificate beside them. */
export const MAX_HOST_RULES = 160

/** Its one spelling: `22-22 10.0.0.0/8`, `22-22 grant`. */
export function formatIngressRule({ fromPort, toPort, source }: IngressRule): string {
  return `${fromPort}-${toPort} ${source.kind === 'cidr' ? source.cidr.text : source.kind}`
}

/** Undefined for every other spelling, so that a set of rules has one text. */
export function parseIngressRule(text: string): IngressRule | undefined {
  const [, from, to, source = ''] =
    /^([1-9]\d{0,4})-([1-9]\d{0,4}) ([0-9a-z.:/]+)$/.exec(text) ?? []
  const fromPort = Number(from)
  const toPort = Number(to)
  if (!isPort(fromPort) || !isPort(toPort) || fromPort > toPort) return undefined
  if (source === 'grant') return { fromPort, toPort, source: { kind: 'grant' } }
  const cidr = parseCidr(source)
  if (cidr?.text !== source) return undefined
  return { fromPort, toPort, source: { kind: 'cidr', cidr } }
}

export const coversPort = (
  { fromPort, toPort }: Pick<IngressRule, 'fromPort' | 'toPort'>,
  port: number,
): boolean => fromPort <= port && port <= toPort
