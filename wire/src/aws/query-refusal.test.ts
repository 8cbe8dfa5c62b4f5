import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { accessDenied } from '@fleetkey/domain/exceptions/authorization'
import {
  incompleteSignature,
  invalidSignature,
  missingAuthenticationToken,
  unrecognizedClient,
  untimelySignature,
} from '@fleetkey/domain/exceptions/authentication'
import { instanceUnavailable } from '@fleetkey/domain/exceptions/instances'
import { internalFailure, throttling } from '@fleetkey/domain/exceptions/server'
import {
  malformedQueryString,
  missingAction,
  requestTooLarge,
  serializationFailure,
  unknownOperation,
  validationFailure,
} from '@fleetkey/domain/exceptions/request'
import { noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import { queryRefusal } from './query-refusal.ts'

describe('queryRefusal', () => {
  it('gives the codes and statuses of IAM and STS', () => {
    const told = [
      missingAuthenticationToken(),
      incompleteSignature(''),
      unrecognizedClient(),
      invalidSignature(''),
      untimelySignature(''),
      { code: 'ExpiredTokenException', status: 400 },
      accessDenied('', ''),
      validationFailure(''),
      serializationFailure(''),
      unknownOperation(''),
      throttling(),
      instanceUnavailable(''),
    ].map((refusal) => queryRefusal(refusal, 'iam'))
    assert.deepEqual(told, [
      { code: 'MissingAuthenticationToken', status: 403 },
      { code: 'IncompleteSignature', status: 400 },
      { code: 'InvalidClientTokenId', status: 403 },
      { code: 'SignatureDoesNotMatch', status: 403 },
      { code: 'SignatureDoesNotMatch', status: 403 },
      { code: 'ExpiredToken', status: 403 },
      { code: 'AccessDenied', status: 403 },
      { code: 'ValidationError', status: 400 },
      { code: 'MalformedInput', status: 400 },
      { code: 'InvalidAction', status: 400 },
      { code: 'Throttling', status: 400 },
      { code: 'ServiceUnavailable', status: 503 },
    ])
  })

  it('names a failure of ours as each service does', () => {
    assert.deepEqual(queryRefusal(internalFailure(''), 'iam'), {
      code: 'ServiceFailure',
      status: 500,
    })
    assert.deepEqual(queryRefusal(internalFailure(''), 'sts'), {
      code: 'InternalFailure',
      status: 500,
    })
  })

  it('tells the end of a web identity from that of the credentials that signed', () => {
    assert.deepEqual(
      queryRefusal({ code: 'ExpiredWebIdentityTokenException', status: 400 }, 'sts'),
      {
        code: 'ExpiredTokenException',
        status: 400,
      },
    )
  })

  it('leaves codes that are theirs already', () => {
    for (const refusal of [
      noSuchEntity(''),
      malformedQueryString(''),
      missingAction(),
      requestTooLarge(1),
    ]) {
      const { code, status } = refusal
      assert.deepEqual(queryRefusal(refusal, 'sts'), { code, status })
    }
    assert.deepEqual(queryRefusal({ code: 'constructor', status: 400 }, 'sts'), {
      code: 'constructor',
      status: 400,
    })
  })
})
