import type { StoredTrailEntry } from '../../store/store.ts'
import { recordLine } from './stream-receiver.ts'

/** RFC 5424 §6.2.1: facility 13, "log audit". */
const LOG_AUDIT = 13
const SEVERITY = { warning: 4, notice: 5, informational: 6 }
/** RFC 5424 §6.4: a message in UTF-8 begins with it. */
const BYTE_ORDER_MARK = '\uFEFF'
/** RFC 5424 §7.3.1: then it begins again. */
const MAX_SEQUENCE_ID = 2_147_483_647

/**
 * One record as a message of RFC 5424, in a frame that says how many octets it has (RFC 6587 §3.4.1, RFC 5425 §4.3).
 * @param hostname of this server
 */
export function syslogFrame(entry: StoredTrailEntry, hostname: string): Buffer {
  const message = Buffer.from(syslogMessage(entry, hostname))
  return Buffer.concat([Buffer.from(`${message.length} `), message])
}

/** `<110>1 2026-11-26T07:00:00.123Z host fleetkey - SendSSHPublicKey [meta sequenceId="7"][origin software="fleetkey"] {"seq":7,…}` */
function syslogMessage(entry: StoredTrailEntry, hostname: string): string {
  const header = [
    `<${LOG_AUDIT * 8 + severityOf(entry)}>1`,
    new Date(entry.time).toISOString(),
    nameIn(hostname, 255),
    'fleetkey',
    // No PROCID: the record is of the deployment, whichever process sends it.
    '-',
    nameIn(entry.eventName, 32),
  ]
  const sequenceId = ((entry.seq - 1) % MAX_SEQUENCE_ID) + 1
  const data = `[meta sequenceId="${sequenceId}"][origin software="fleetkey"]`
  return `${header.join(' ')} ${data} ${BYTE_ORDER_MARK}${recordLine(entry)}`
}

/** What was refused or failed is a warning, a change a notice. */
function severityOf({ errorCode, readOnly }: StoredTrailEntry): number {
  if (errorCode !== '') return SEVERITY.warning
  return readOnly ? SEVERITY.informational : SEVERITY.notice
}

/** RFC 5424 §6: fields of the header are visible ASCII without spaces; `-` stands for none. */
function nameIn(text: string, max: number): string {
  const visible = text.replaceAll(/[^\u0021-\u007e]/g, '').slice(0, max)
  return visible === '' ? '-' : visible
}
