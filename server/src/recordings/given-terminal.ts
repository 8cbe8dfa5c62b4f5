import { randomBytes } from 'node:crypto'
import type { RecordedTerminal } from '../terminals/recorder.ts'

/** For tests: a terminal of the user `ann` on an instance. */
export function givenTerminal(change: Partial<RecordedTerminal> = {}): RecordedTerminal {
  const arn = 'arn:aws:iam::111122223333:user/ann'
  return {
    terminalId: `t-${randomBytes(16).toString('hex')}`,
    instanceId: 'i-0123456789abcdef0',
    instanceTags: { Name: 'web-1' },
    osUser: 'ann',
    identity: {
      type: 'IAMUser',
      principalId: 'AIDAANN',
      arn,
      accountId: '111122223333',
      userName: 'ann',
    },
    principalArn: arn,
    userName: 'ann',
    grantRequestId: '0198-request',
    startedAt: Date.UTC(2026, 10, 26, 12),
    cols: 80,
    rows: 24,
    ...change,
  }
}
