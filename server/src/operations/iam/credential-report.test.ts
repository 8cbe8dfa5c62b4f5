import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'

let plane: ControlPlane
before(async () => {
  plane = await startControlPlane()
})
after(() => plane.close())

async function report(): Promise<readonly string[]> {
  assert.equal((await plane.root.done('GenerateCredentialReport', {})).State, 'COMPLETE')
  const { Content, ReportFormat } = await plane.root.done('GetCredentialReport', {})
  assert.equal(ReportFormat, 'text/csv')
  return Buffer.from(Content, 'base64').toString('utf8').split('\n')
}

const lineOf = async (start: string) => (await report()).find((line) => line.startsWith(start))

describe('the credential report', () => {
  it('begins with the headings that AWS has, and root', async () => {
    const [headings = '', root = ''] = await report()
    assert.match(headings, /^user,arn,user_creation_time,password_enabled,password_last_used,/)
    assert.match(root, /^<root_account>,arn:aws:iam::\d{12}:root,N\/A,not_supported,/)
    assert.equal(headings.split(',').length, 22)
    assert.equal(root.split(',').length, 22)
  })

  it('tells what a user has, and what not', async () => {
    await plane.root.done('CreateUser', { UserName: 'bare' })
    const bare = (await lineOf('bare,'))?.split(',').slice(3).join(' ')
    const noKey = 'false N/A N/A N/A N/A'
    assert.equal(bare, `false N/A N/A N/A false ${noKey} ${noKey} false N/A false N/A`)
  })

  it('tells ages: of a password that must be changed again, and of each key', async () => {
    const UserName = 'ann'
    await plane.root.done('CreateUser', { UserName })
    await plane.root.done('CreateLoginProfile', { UserName, Password: 'correct horse battery' })
    const { AccessKey } = await plane.root.done('CreateAccessKey', { UserName })
    await plane.root.done('CreateAccessKey', { UserName })
    const { AccessKeyId } = AccessKey
    await plane.root.done('UpdateAccessKey', { UserName, AccessKeyId, Status: 'Inactive' })
    await plane.root.done('UpdateAccountPasswordPolicy', { MaxPasswordAge: 90 })
    const fields = (await lineOf('ann,'))?.split(',') ?? []
    const [, , , enabled, used, changed = '', next = '', , first, firstSince = ''] = fields
    assert.deepEqual(
      [enabled, used, first, fields[13]],
      ['true', 'no_information', 'false', 'true'],
    )
    assert.equal((Date.parse(next) - Date.parse(changed)) / 86_400_000, 90)
    assert.match(firstSince, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/)
  })

  it('puts a name with a comma between quotes (would be two columns)', async () => {
    await plane.root.done('CreateUser', { UserName: 'a,b' })
    assert.match((await lineOf('"a,b",')) ?? '', /^"a,b","arn:aws:iam::\d{12}:user\/a,b",/)
  })
})
