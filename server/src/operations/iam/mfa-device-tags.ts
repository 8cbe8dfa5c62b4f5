import { MFA_DEVICE } from './mfa-device.ts'
import { tagOperations } from './tag-operations.ts'

/** IAM API reference, "TagMFADevice", "UntagMFADevice", "ListMFADeviceTags". */
export const [tagMfaDevice, untagMfaDevice, listMfaDeviceTags] = tagOperations(MFA_DEVICE)
