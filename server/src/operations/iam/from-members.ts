import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { Fields } from '@fleetkey/wire/aws/fields'
import { validate, type Members } from '@fleetkey/wire/aws/validation'

/** An operation's `parse`: reads the members, then throws ValidationException with all that is wrong with them. */
export const fromMembers =
  <Input>(read: (v: Members) => Input) =>
  (fields: Fields): Input => {
    const v = validate(fields)
    const input = read(v)
    v.finish(validationFailure)
    return input
  }
