import type { Home } from '@fleetkey/iam/lint/finding'
import { call } from '../../../api/call.ts'
import { useAnswer } from '../../../api/use-answer.ts'

/** The account that this is; empty until it is known. */
export function useHome(): Home {
  const { value } = useAnswer('home', (signal) =>
    call<{ Account: string }>('sts', 'GetCallerIdentity', {}, signal),
  )
  return value === undefined ? {} : { accountId: value.Account }
}
