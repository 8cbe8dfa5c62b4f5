import { invalidParameterValue } from '@fleetkey/domain/exceptions/ec2'
import type { Tags } from '@fleetkey/domain/instance'
import { MODE_TAG } from '@fleetkey/domain/security-group'

/** Throws for a mode that there is not: somebody who meant to enforce must not be left observing. */
export function checkModeTag(tags: Tags): void {
  const mode = tags[MODE_TAG]
  if (mode !== undefined && mode !== 'observe' && mode !== 'enforce') {
    throw invalidParameterValue(`The tag ${MODE_TAG} of a security group is observe or enforce.`)
  }
}
