import { instanceArn } from '@fleetkey/domain/arn'
import type { Finding } from '@fleetkey/domain/finding'
import { INSTANCE_ID_PATTERN, type Instance } from '@fleetkey/domain/instance'
import { isTunnelAddress } from '@fleetkey/domain/tunnel-target'
import { validate } from '@fleetkey/wire/aws/validation'
import { operation, type Asker, type Call, type Resource } from '../operation.ts'
import { subjectResource } from '../simulation/subject.ts'
import { found } from './found.ts'
import { findRefusedGrants } from './grant-findings.ts'
import { findOnHost } from './host-findings.ts'
import { findInstanceState } from './instance-findings.ts'
import { type CheckGroup, type DiagnosisInput, readQuestion } from './login-question.ts'
import { findMeant, type MeantInstance } from './meant-instance.ts'
import { findPolicy, mayPush } from './policy-findings.ts'
import { findReach } from './reach-findings.ts'
import { shownDiagnosis } from './shown-finding.ts'
import { findTrail } from './trail-findings.ts'
import { findTunnel } from './tunnel-findings.ts'

/**
 * Why a login does not work, or would not: every link from the policy to the host's own checks, side by side, and the cause. Changes
 * nothing. Of one's own access whoever may see instances may ask; of somebody else's only who may ask that. What the host itself looks like
 * inside is told only to who may diagnose it, or may log in as that user of it. Ours.
 */
export const diagnose = operation<DiagnosisInput>({
  name: 'Diagnose',
  service: 'fleetkey',
  action: 'fleetkey:Diagnose',
  access: 'read',
  parse: (fields) => readQuestion(validate(fields)),

  async resources({ meant, as }, asker): Promise<readonly Resource[]> {
    const instance = await instanceResource(meant, asker)
    if (as !== undefined) {
      return [
        instance,
        { ...(await subjectResource(as, asker)), actions: ['fleetkey:CheckAccess'] },
      ]
    }
    const maySee = asker.isAllowed(['ec2:DescribeInstances'], { arn: '*' }, {})
    return [{ ...instance, ...(maySee ? { isOwn: true as const } : {}) }]
  },

  trail: ({ meant, osUser, as, fromAddress, checks }) => ({
    requestParameters: {
      instanceId: meant,
      ...(osUser === undefined ? {} : { instanceOSUser: osUser }),
      ...(as === undefined ? {} : { principalArn: as }),
      ...(fromAddress === undefined ? {} : { fromAddress }),
      checks,
    },
    ...(INSTANCE_ID_PATTERN.test(meant) ? { instanceId: meant } : {}),
  }),

  async run(input, call) {
    const meant = await findMeant(input.meant, call)
    const isTold = meant.kind !== 'enrolled' || (await mayLookInside(meant.instance, input, call))
    const findings = await Promise.all(
      input.checks.map(async (group) =>
        isTold || !isInside(group) ? look(group, { input, meant, call }) : untold(group),
      ),
    )
    return {
      ...(meant.kind === 'enrolled' ? { InstanceId: meant.instance.instanceId } : {}),
      ...shownDiagnosis(findings.flat()),
    }
  },
})

const isInside = (group: CheckGroup): boolean => group === 'host' || group === 'grants'

const untold = (group: CheckGroup): readonly Finding[] =>
  group === 'host'
    ? [
        found(
          'host',
          'unknown',
          'What the host itself finds is told to who may log in there as the user that is asked about, or has the right fleetkey:Diagnose.',
        ),
      ]
    : []

/** Who may only see that there is an instance is told nothing of its accounts, its configuration, its firewall and other people's logins. */
async function mayLookInside(
  instance: Instance,
  { osUser, as }: DiagnosisInput,
  call: Call,
): Promise<boolean> {
  // With `as` it was asked for already.
  if (as !== undefined) return true
  const arn = instanceArn(call.realm, instance.instanceId)
  if (call.isAllowed(['fleetkey:Diagnose'], { arn, instance }, {})) return true
  return osUser !== undefined && mayPush(instance, osUser, call)
}

async function instanceResource(meant: string, asker: Asker): Promise<Resource> {
  const found = await findMeant(meant, asker)
  const { realm } = asker
  switch (found.kind) {
    case 'enrolled':
      return {
        arn: instanceArn(realm, found.instance.instanceId),
        instance: found.instance,
        recorded: { instanceId: found.instance.instanceId, facts: {} },
      }
    case 'pending':
      return { arn: instanceArn(realm, found.instanceId), tags: found.tags }
    case 'forgotten':
      return { arn: instanceArn(realm, found.instanceId) }
    case 'unknown':
    case 'several':
      return { arn: instanceArn(realm, '*') }
  }
}

async function look(
  group: CheckGroup,
  asked: { readonly input: DiagnosisInput; readonly meant: MeantInstance; readonly call: Call },
): Promise<readonly Finding[]> {
  const { input, meant, call } = asked
  if (group === 'instance') return [...findInstanceState(meant, call), ...(await findTrail(call))]
  // What is no host has nothing else to be looked at, but for what policies say of it.
  if (meant.kind !== 'enrolled') {
    return group === 'policy' && meant.kind === 'pending' ? findPolicy(input, meant, call) : []
  }
  const { instance } = meant
  switch (group) {
    case 'policy':
      return findPolicy(input, instance, call)
    case 'reach':
      return findReach(instance, call)
    case 'tunnel':
      return findTunnel(input, instance, call)
    case 'host':
      return findOnHost(instance, questionOf(input, call), call)
    case 'grants':
      return findRefusedGrants({ instanceId: instance.instanceId, osUser: input.osUser }, call)
  }
}

/** Who asks from the server's own machine comes to the host from another address than we see. */
function questionOf({ osUser, fromAddress }: DiagnosisInput, { origin }: Call) {
  const { sourceAddress } = origin
  const address = fromAddress ?? (isTunnelAddress(sourceAddress) ? sourceAddress : undefined)
  return {
    ...(osUser === undefined ? {} : { osUser }),
    ...(address === undefined ? {} : { address }),
  }
}
