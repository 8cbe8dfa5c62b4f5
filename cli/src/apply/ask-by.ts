import type { Ask } from '@fleetkey/iam/apply/account-call'
import type { ApiClient } from '../api/api-client.ts'
import { fleetkeyOperation, GET_CALLER_IDENTITY, iamOperation } from '../api/operations.ts'

/** Asks what apply asks for by the API. */
export function askBy(api: Pick<ApiClient, 'call'>): Ask {
  return async ({ service, operation, input }) => {
    switch (service) {
      case 'iam':
        return await api.call(iamOperation(operation), input)
      case 'fleetkey':
        return await api.call(fleetkeyOperation(operation), input)
      case 'sts':
        return await api.call(GET_CALLER_IDENTITY, input)
    }
  }
}
