import { INSTANCE_ID_PATTERN } from '@fleetkey/domain/instance'

/** As long as the server takes them: anything else is what somebody calls one. */
const LENGTH = { least: 10, most: 32 }

export const isInstanceId = (text: string): boolean =>
  text.length >= LENGTH.least && text.length <= LENGTH.most && INSTANCE_ID_PATTERN.test(text)
