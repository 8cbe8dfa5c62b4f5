import { instanceArn, rootArn } from '@fleetkey/domain/arn'
import { instanceNotFound } from '@fleetkey/domain/exceptions/instances'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { INSTANCE_ID_PATTERN } from '@fleetkey/domain/instance'
import { OS_USER_PATTERN } from '@fleetkey/domain/os-user'
import { validate } from '@fleetkey/wire/aws/validation'
import { operation } from '../operation.ts'
import { osUsersNamedIn } from './os-users.ts'
import { ReachOf } from './reach.ts'
import { idsOfAll, subjectOf } from './subject.ts'
import { takeTurns } from './turns.ts'

interface Input {
  readonly instanceId: string
  readonly osUser: string | undefined
}

/**
 * Who may push a key to this instance, as whom, and which statement says so. Without an osUser: all names that policies tell apart, and
 * `(any other)` for the rest. Root may always. Ours.
 */
export const listWhoCanReach = operation<Input>({
  name: 'ListWhoCanReach',
  service: 'fleetkey',
  action: 'fleetkey:ListWhoCanReach',
  access: 'read',
  parse(fields) {
    const v = validate(fields)
    const instanceId = v.requiredString('InstanceId', {
      min: 10,
      max: 32,
      pattern: INSTANCE_ID_PATTERN,
    })
    const osUser = v.optionalString('InstanceOSUser', {
      min: 1,
      max: 32,
      pattern: OS_USER_PATTERN,
    })
    v.finish(validationFailure)
    return { instanceId, osUser }
  },
  async resources({ instanceId }, { realm, store }) {
    const instance = await store.instances.get(instanceId)
    return [{ arn: instanceArn(realm, instanceId), ...(instance && { instance }) }]
  },
  trail: ({ instanceId, osUser }) => ({
    requestParameters: { instanceId, instanceOSUser: osUser },
    instanceId,
  }),
  async run({ instanceId, osUser }, call) {
    const { store, realm } = call
    const instance = await store.instances.get(instanceId)
    if (instance === undefined) throw instanceNotFound(instanceId)
    const found = []
    const turns = takeTurns()
    for (const id of await idsOfAll(call)) {
      const rights = await turns.outside(() => store.identities.rights(id))
      // Deleted meanwhile.
      if (rights === undefined) continue
      const subject = subjectOf(rights, call)
      const reach = new ReachOf(subject, realm)
      const users = osUser === undefined ? osUsersNamedIn([subject.policies]) : [osUser]
      for (const name of users) {
        await turns.next()
        // Most may not, and why is asked of nobody then: it is more work than the decision.
        if (reach.decide(instance, name) === 'denied') continue
        const { kind, explanation } = reach.to(instance, name)
        found.push({
          PrincipalArn: subject.arn,
          PrincipalType: subject.type,
          InstanceOSUser: name,
          Decision: kind,
          Explanation: explanation,
        })
      }
    }
    return { InstanceId: instanceId, RootArn: rootArn(realm), Principals: found }
  },
})
