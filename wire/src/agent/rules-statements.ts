import {
  isIngressMode,
  MAX_HOST_RULES,
  parseIngressRule,
  type IngressMode,
} from '@fleetkey/domain/ingress-rule'
import { isBytes32, isCount, isText, type StatementKind } from './statement.ts'

/**
 * The control plane's word to an agent: these are all rules that say who may connect to this host's sshd. A set with a smaller revision
 * than one that the agent has is older, and nothing to it: whoever kept it cannot open again what was closed.
 */
export interface HostRules {
  readonly deployment: string
  readonly instanceId: string
  /** The agent's public key, base64: rules for one agent are nothing to another. */
  readonly agentKey: string
  /** Grows with every change. */
  readonly revision: number
  /** Milliseconds since 1970 by the server's clock. */
  readonly issuedAt: number
  readonly mode: IngressMode
  /** formatIngressRule of each. */
  readonly rules: readonly string[]
}

export const hostRulesStatement: StatementKind<HostRules> = {
  domain: 'fleetkey-rules-v1',
  fields: {
    deployment: isText,
    instanceId: isText,
    agentKey: isBytes32,
    revision: isCount,
    issuedAt: isCount,
    mode: isIngressMode,
    rules: (value): value is readonly string[] =>
      Array.isArray(value) &&
      value.length <= MAX_HOST_RULES &&
      value.every((rule) => typeof rule === 'string' && parseIngressRule(rule) !== undefined),
  },
}

/** Comes with a grant and counts with it alone: the port of sshd opens to this address while the grant lives, where a rule says so. */
export interface Opening {
  readonly deployment: string
  readonly instanceId: string
  readonly grantId: string
  /** Of the host that pushed, as the server saw it; IPv6 as RFC 5952 writes it. */
  readonly address: string
}

export const openingStatement: StatementKind<Opening> = {
  domain: 'fleetkey-opening-v1',
  fields: {
    deployment: isText,
    instanceId: isText,
    grantId: (value): value is string =>
      typeof value === 'string' && /^[0-9a-f]{32,64}$/.test(value),
    address: (value): value is string =>
      typeof value === 'string' && /^[0-9a-f.:]{2,39}$/.test(value),
  },
}
