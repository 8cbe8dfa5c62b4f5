import { imageArn, instanceArn, subnetArn } from '@fleetkey/domain/arn'
import {
  idempotentParameterMismatch,
  invalidParameterCombination,
  invalidParameterValue,
} from '@fleetkey/domain/exceptions/ec2'
import {
  imageNotFound,
  instanceLimitExceeded,
  keyPairNotFound,
  unsupportedOperation,
} from '@fleetkey/domain/exceptions/launches'
import type { Tags } from '@fleetkey/domain/instance'
import { SITE_TAG, siteOf } from '@fleetkey/domain/site'
import type { Members } from '@fleetkey/wire/aws/validation'
import { sha256Base64 } from '../../secrets/digests.ts'
import type { LaunchRequest, PendingInstanceRow } from '../../store/pending-instance-store.ts'
import type { Call, Resource, World } from '../operation.ts'
import { readSecurityGroupIds } from './endpoint-members.ts'
import { ec2Operation } from './ec2-operation.ts'
import { HOST_TYPE } from './inventory.ts'
import { groupsNamed } from './modify-instance-attribute.ts'
import { newId } from './new-id.ts'
import { refuseTooManyRules } from './security-groups/hosts-told.ts'
import { DEFAULT_GROUP_NAME, groupNotFound, groupResources } from './security-groups/known-group.ts'
import { shownReservation } from './shown-reservation.ts'
import { siteOfSubnet } from './site-of-subnet.ts'
import { siteNamed, sitesInUse, type Site } from './sites.ts'
import { startMachines } from './start-machines.ts'
import { readTagSpecifications, requestTagKeys } from './tag-specifications.ts'
import { readUserData, sealUserData } from './user-data-member.ts'

interface Input {
  readonly imageId: string
  readonly instanceType: string
  readonly minCount: number
  readonly maxCount: number
  readonly subnetId: string | undefined
  readonly securityGroupIds: readonly string[]
  readonly tags: Tags
  readonly userData: Uint8Array | undefined
  readonly clientToken: string | undefined
}

/** In one call, and waiting in all. */
const MAX_COUNT = 100
const MAX_PENDING = 1000
/** An instance that nobody has joined as by then is no more. A client token is known as long. */
const PENDING_MS = 24 * 60 * 60 * 1000

/**
 * Makes instances that hosts are to become: they are `pending` until a host joins with their user data. Where the image has a program, that
 * starts the hosts. EC2 API reference, "RunInstances".
 */
export const runInstances = ec2Operation<Input>({
  name: 'RunInstances',
  action: 'ec2:RunInstances',
  access: 'write',
  needs: ['ImageId', 'MinCount', 'MaxCount'],

  parse(v) {
    refuseWhatIsNotHere(v)
    const minCount = v.requiredInteger('MinCount', { min: 1, max: MAX_COUNT })
    const maxCount = v.requiredInteger('MaxCount', { min: 1, max: MAX_COUNT })
    if (minCount > maxCount) {
      throw invalidParameterValue('MinCount must not be greater than MaxCount.')
    }
    return {
      imageId: v.requiredString('ImageId', { min: 1, max: 64 }),
      instanceType:
        v.optionalString('InstanceType', { max: 64, pattern: /^[A-Za-z0-9][A-Za-z0-9.-]*$/ }) ??
        HOST_TYPE,
      minCount,
      maxCount,
      subnetId: v.optionalString('SubnetId', { min: 1, max: 64 }),
      securityGroupIds: readSecurityGroupIds(v),
      tags: readTagSpecifications(v, 'instance'),
      userData: readUserData(v),
      clientToken: v.optionalString('ClientToken', { min: 1, max: 64 }),
    }
  },

  async resources(input, world): Promise<readonly Resource[]> {
    const { realm } = world
    const arn = instanceArn(realm, '*')
    // A subnet of no site is told only to who may know.
    const sites = await sitesInUse(world)
    const site = sites.find(({ subnetId }) => subnetId === input.subnetId)
    return [
      // A policy on tags sees the tag that comes with the subnet, too.
      { arn, context: requestTagKeys(site === undefined ? input.tags : tagsIn(site, input.tags)) },
      { arn: imageArn(realm, input.imageId) },
      { arn: subnetArn(realm, subnetIdOf(input, world)) },
      ...(await groupResources(input.securityGroupIds, world)),
      ...(Object.keys(input.tags).length === 0 ? [] : [{ arn, actions: ['ec2:CreateTags'] }]),
    ]
  },

  context: (input, world) => ({
    ...requestTagKeys(input.tags),
    'ec2:InstanceType': input.instanceType,
    'ec2:SubnetID': subnetIdOf(input, world),
  }),

  trail: (input) => ({
    requestParameters: {
      imageId: input.imageId,
      instanceType: input.instanceType,
      minCount: input.minCount,
      maxCount: input.maxCount,
      subnetId: input.subnetId,
      securityGroupIds: input.securityGroupIds,
      tags: input.tags,
      clientToken: input.clientToken,
      // As CloudTrail has it.
      ...(input.userData && { userData: '<sensitiveDataRemoved>' }),
    },
  }),

  async run(input, call) {
    const { store, launches } = call
    if (!launches.images.has(input.imageId)) {
      throw imageNotFound(input.imageId, [...launches.images.keys()])
    }
    const site = await siteOfLaunch(input, call)
    const groups = await groupsNamed([...new Set(input.securityGroupIds)], site.name, call)
    const groupIds = groups.filter(({ isDefault }) => !isDefault).map(({ groupId }) => groupId)
    refuseTooManyRules(groups, call)
    const request = requestOf(input, call)
    const rows = rowsOf(input, site, call)
    // Before there are any: a crash in between would leave some that let everybody in.
    if (groupIds.length > 0) await attach(rows, groupIds, call)
    const result = await store.pendingInstances.create(rows, {
      limit: MAX_PENDING,
      ...(request && { request }),
    })
    if (result.kind !== 'created' && groupIds.length > 0) await attach(rows, [], call)
    switch (result.kind) {
      case 'created':
        return await launched(rows, { input, request }, call)
      case 'full':
        throw instanceLimitExceeded(
          `At most ${MAX_PENDING} instances may be pending. Start the hosts that are to become them, or terminate some.`,
        )
      case 'repeated':
        if (result.requestHash !== request?.requestHash) throw idempotentParameterMismatch()
        return shownReservation(result, call)
    }
  },
})

async function attach(
  rows: readonly PendingInstanceRow[],
  groupIds: readonly string[],
  { store }: Call,
): Promise<void> {
  const attached = await Promise.all(
    rows.map(({ instanceId }) => store.securityGroups.attach(instanceId, groupIds)),
  )
  // Deleted since it was found.
  if (attached.includes(false)) throw groupNotFound({ groupId: groupIds[0] ?? '' })
}

async function launched(
  rows: readonly PendingInstanceRow[],
  asked: { readonly input: Input; readonly request: LaunchRequest | undefined },
  call: Call,
): Promise<object> {
  const { input, request } = asked
  try {
    const started = await startMachines(rows, input, call)
    return await shownReservation(
      {
        reservationId: rows[0]?.launch.reservationId ?? '',
        instanceIds: started.map(({ instanceId }) => instanceId),
      },
      call,
    )
  } catch (error) {
    // Nothing is left of it, and clients try again with the same token.
    if (request !== undefined) await call.store.pendingInstances.forgetRequest(request.clientToken)
    throw error
  }
}

/** What would be accepted elsewhere and mean something that nobody here does. */
function refuseWhatIsNotHere(v: Members): void {
  const keyName = v.optionalString('KeyName')
  if (keyName !== undefined) throw keyPairNotFound(keyName)
  if (v.structure('IamInstanceProfile') !== undefined) {
    throw unsupportedOperation(
      'IamInstanceProfile: hosts get no credentials of roles from Fleetkey. Leave it out.',
    )
  }
  const group = v
    .stringList('SecurityGroups', { max: 16 })
    .find((name) => name !== DEFAULT_GROUP_NAME)
  if (group !== undefined) {
    throw unsupportedOperation(
      `SecurityGroups: name groups by their ids, in SecurityGroupIds; here only ${DEFAULT_GROUP_NAME} is known by its name.`,
    )
  }
}

/** The one that is named, or that of the site which the tag names. */
function subnetIdOf({ subnetId, tags }: Input, world: World): string {
  return subnetId ?? siteNamed(siteOf(tags), world).subnetId
}

async function siteOfLaunch({ subnetId, tags }: Input, world: World): Promise<Site> {
  if (subnetId === undefined) return siteNamed(siteOf(tags), world)
  const site = await siteOfSubnet(subnetId, world)
  if (Object.hasOwn(tags, SITE_TAG) && siteOf(tags) !== site.name) {
    throw invalidParameterCombination(
      `SubnetId is of site '${site.name}', and the tag ${SITE_TAG} names another. Leave one of them out.`,
    )
  }
  return site
}

/** A host's site is a tag of its instance: that of the subnet becomes one. */
function tagsIn(site: Site, tags: Tags): Tags {
  return siteOf(tags) === site.name ? tags : { ...tags, [SITE_TAG]: site.name }
}

function rowsOf(input: Input, site: Site, call: Call): readonly PendingInstanceRow[] {
  const now = call.now()
  const reservationId = newId('r')
  const tags = tagsIn(site, input.tags)
  return Array.from({ length: input.maxCount }, (_, index) => {
    const instanceId = newId('i')
    return {
      instanceId,
      tags,
      launch: { imageId: input.imageId, instanceType: input.instanceType, reservationId, index },
      launchedAt: now,
      expiresAt: now + PENDING_MS,
      createdBy: call.principalArn,
      ...(input.userData && {
        sealedUserData: sealUserData(input.userData, instanceId, call.envelope),
      }),
    }
  })
}

/** The token is the caller's own: another who takes the same one means another launch. */
function requestOf(input: Input, call: Call): LaunchRequest | undefined {
  if (input.clientToken === undefined) return undefined
  const asked = { ...input, userData: input.userData && sha256Base64(input.userData) }
  return {
    clientToken: `${call.principalArn} ${input.clientToken}`,
    requestHash: sha256Base64(JSON.stringify(asked)),
    until: call.now() + PENDING_MS,
  }
}
