import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { OS_USER_PATTERN } from '@fleetkey/domain/os-user'
import { validate } from '@fleetkey/wire/aws/validation'
import type { TaggedInstance } from '../../store/store.ts'
import { pageOf, readPage, type Page } from '../iam/paging.ts'
import { operation } from '../operation.ts'
import { AlikeInstances } from './alike-instances.ts'
import { instanceNamesFor } from './instance-names.ts'
import { osUsersNamedIn } from './os-users.ts'
import { ReachOf } from './reach.ts'
import { subjectByArn, subjectResource } from './subject.ts'
import { takeTurns } from './turns.ts'

interface Input {
  readonly principalArn: string
  readonly osUser: string | undefined
  readonly page: Page
}

/**
 * Which instances somebody may push a key to, and as whom. Without an osUser: all names that the policies tell apart, and `(any other)` for
 * the rest. A page is of instances looked at, of which those without a yes are left out. Instances are named to whoever may list them. Ours.
 */
export const listReachable = operation<Input>({
  name: 'ListReachable',
  service: 'fleetkey',
  action: 'fleetkey:ListReachable',
  access: 'read',
  parse(fields) {
    const v = validate(fields)
    const principalArn = v.requiredString('PrincipalArn', { min: 20, max: 2048 })
    const osUser = v.optionalString('InstanceOSUser', { min: 1, max: 32, pattern: OS_USER_PATTERN })
    const page = readPage(v)
    v.finish(validationFailure)
    return { principalArn, osUser, page }
  },
  resources: async ({ principalArn }, asker) => [await subjectResource(principalArn, asker)],
  trail: ({ principalArn, osUser }) => ({
    requestParameters: { principalArn, instanceOSUser: osUser },
  }),
  async run({ principalArn, osUser, page }, call) {
    const subject = await subjectByArn(principalArn, call)
    const reach = new ReachOf(subject, call.realm)
    const osUsers = osUser === undefined ? osUsersNamedIn([subject.policies]) : [osUser]
    const instances = await call.store.instances.tagged()
    const { rows, end } = pageOf(page, instances, ({ instanceId }) => instanceId)
    const turns = takeTurns()
    const usersOf = new Map<TaggedInstance, readonly object[]>()
    for (const lot of new AlikeInstances(rows).lotsFor([subject.policies])) {
      const [first] = lot
      if (first === undefined) continue
      const users = []
      for (const name of osUsers) {
        await turns.next()
        const decision = reach.decide(first, name)
        if (decision !== 'denied') users.push({ InstanceOSUser: name, Decision: decision })
      }
      if (users.length > 0) for (const instance of lot) usersOf.set(instance, users)
    }
    const nameOf = instanceNamesFor(call)
    const found = rows.flatMap((instance) => {
      const users = usersOf.get(instance)
      if (users === undefined) return []
      const { instanceId } = instance
      return [{ InstanceId: instanceId, ...nameOf(instance), OSUsers: users }]
    })
    return { PrincipalArn: subject.arn, Instances: found, ...end }
  },
})
