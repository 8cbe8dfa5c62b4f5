import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { accessDenied } from '@fleetkey/domain/exceptions/authorization'
import { dryRunOperation, instanceIdNotFound } from '@fleetkey/domain/exceptions/ec2'
import {
  expiredToken,
  incompleteSignature,
  invalidSignature,
  missingAuthenticationToken,
  unrecognizedClient,
  untimelySignature,
} from '@fleetkey/domain/exceptions/authentication'
import { instanceUnavailable } from '@fleetkey/domain/exceptions/instances'
import { internalFailure, throttling } from '@fleetkey/domain/exceptions/server'
import {
  serializationFailure,
  unknownOperation,
  validationFailure,
} from '@fleetkey/domain/exceptions/request'
import { ec2Refusal } from './ec2-refusal.ts'

describe('ec2Refusal', () => {
  it("gives EC2's codes and statuses", () => {
    const told = [
      missingAuthenticationToken(),
      incompleteSignature(''),
      unrecognizedClient(),
      invalidSignature(''),
      untimelySignature(''),
      expiredToken(),
      accessDenied('', ''),
      validationFailure(''),
      serializationFailure(''),
      unknownOperation(''),
      throttling(),
      instanceUnavailable(''),
      internalFailure(''),
      instanceIdNotFound('i-0'),
      dryRunOperation(),
    ].map((refusal) => ec2Refusal(refusal))
    assert.deepEqual(
      told.map(({ code, status }) => `${status} ${code}`),
      [
        '403 MissingAuthenticationToken',
        '400 IncompleteSignature',
        '401 AuthFailure',
        '401 AuthFailure',
        '400 RequestExpired',
        '400 RequestExpired',
        '403 UnauthorizedOperation',
        '400 InvalidParameterValue',
        '400 InvalidParameterValue',
        '400 InvalidAction',
        '503 RequestLimitExceeded',
        '503 ServiceUnavailable',
        '500 InternalError',
        '400 InvalidInstanceID.NotFound',
        '412 DryRunOperation',
      ],
    )
  })

  it("puts EC2's sentence before a denial and leaves all other messages", () => {
    assert.equal(
      ec2Refusal(accessDenied('User: x is not authorized', 'why')).message,
      'You are not authorized to perform this operation. User: x is not authorized',
    )
    assert.equal(ec2Refusal(validationFailure('bad')).message, 'bad')
  })
})
