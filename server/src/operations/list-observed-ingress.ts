import { instanceArn } from '@fleetkey/domain/arn'
import { isInRange } from '@fleetkey/domain/cidr'
import { instanceNotFound } from '@fleetkey/domain/exceptions/instances'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { hostIngress } from '@fleetkey/domain/host-ingress'
import { coversPort, parseIngressRule, type IngressRule } from '@fleetkey/domain/ingress-rule'
import { INSTANCE_ID_PATTERN } from '@fleetkey/domain/instance'
import { validate } from '@fleetkey/wire/aws/validation'
import type { ObservedIngress } from '../store/security-group-store.ts'
import { operation } from './operation.ts'

/**
 * From where connections came to the sshd of an instance that no rule let in, the latest first; and whether the rules that its groups have
 * now would: rules change, and what was seen stays. Whom a grant lets in is let in while it lives, and said not to be.
 */
export const listObservedIngress = operation<{ readonly instanceId: string }>({
  name: 'ListObservedIngress',
  service: 'fleetkey',
  action: 'fleetkey:ListObservedIngress',
  access: 'read',

  parse(fields) {
    const v = validate(fields)
    const instanceId = v.requiredString('InstanceId', {
      min: 10,
      max: 32,
      pattern: INSTANCE_ID_PATTERN,
    })
    v.finish(validationFailure)
    return { instanceId }
  },

  async resources({ instanceId }, { realm, store }) {
    const instance = await store.instances.get(instanceId)
    return [{ arn: instanceArn(realm, instanceId), ...(instance && { instance }) }]
  },

  trail: ({ instanceId }) => ({ requestParameters: { instanceId }, instanceId }),

  async run({ instanceId }, { store, controlPlaneRanges }) {
    if ((await store.instances.get(instanceId)) === undefined) throw instanceNotFound(instanceId)
    const [observed, groups] = await Promise.all([
      store.securityGroups.observed(instanceId),
      store.securityGroups.groupsOf(instanceId),
    ])
    const { mode, rules } = hostIngress(groups, controlPlaneRanges())
    const parsed = rules.flatMap((rule) => parseIngressRule(rule) ?? [])
    return {
      Observations: observed.map((one) => ({
        Address: one.address,
        Port: one.port,
        Outcome: one.outcome,
        Attempts: one.attempts,
        FirstAt: new Date(one.firstAt),
        LastAt: new Date(one.lastAt),
        LetInNow: mode === 'none' || parsed.some((rule) => letsIn(rule, one)),
      })),
    }
  },
})

const letsIn = (rule: IngressRule, { address, port }: ObservedIngress): boolean =>
  rule.source.kind === 'cidr' && coversPort(rule, port) && isInRange(address, rule.source.cidr)
