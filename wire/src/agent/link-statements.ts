import { isBytes32, isCount, isText, type StatementKind } from './statement.ts'

/** The agent's answer to the server's challenge: proof that it holds the key that it enrolled with. */
export interface LinkProof {
  readonly deployment: string
  readonly instanceId: string
  /** The server's challenge, 32 bytes, base64. */
  readonly challenge: string
  /** The host's boot, from /proc/sys/kernel/random/boot_id. */
  readonly bootId: string
}

export const linkProofStatement: StatementKind<LinkProof> = {
  domain: 'fleetkey-link-v1',
  fields: { deployment: isText, instanceId: isText, challenge: isBytes32, bootId: isText },
}

/** The agent's signed word that a grant is installed: the key is usable on the host now. */
export interface Acknowledgement {
  readonly instanceId: string
  readonly grantId: string
  /** SHA-256 of the grant's statement, base64. */
  readonly grantHash: string
  /** The deadline, hundredths of a second on the boot clock of `bootId`. */
  readonly deadline: number
  readonly bootId: string
}

export const acknowledgementStatement: StatementKind<Acknowledgement> = {
  domain: 'fleetkey-ack-v1',
  fields: {
    instanceId: isText,
    grantId: isText,
    grantHash: isBytes32,
    deadline: isCount,
    bootId: isText,
  },
}

/** Proof at enrolment that the agent holds the private half of the key that it brings. */
export interface EnrolmentProof {
  /** SHA-256 of the join token's secret, base64: binds the proof to this enrolment. */
  readonly tokenHash: string
  readonly agentKey: string
}

export const enrolmentProofStatement: StatementKind<EnrolmentProof> = {
  domain: 'fleetkey-enrol-v1',
  fields: { tokenHash: isBytes32, agentKey: isBytes32 },
}
