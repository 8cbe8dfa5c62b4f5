import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deviceNameMistake, qrImage, seedText } from './new-device.ts'

const device = { SerialNumber: 'arn', Base32StringSeed: btoa('JBSWY3DPEHPK'), QRCodePNG: 'iVBO' }

describe('a new authenticator', () => {
  it('is shown as a picture, and as a key that can be typed', () => {
    assert.equal(qrImage(device), 'data:image/png;base64,iVBO')
    assert.equal(seedText(device), 'JBSW Y3DP EHPK')
  })

  it('has a name that IAM takes', () => {
    assert.equal(deviceNameMistake('ada.phone-1'), undefined)
    assert.ok(deviceNameMistake('') && deviceNameMistake("ada's phone"))
  })
})
