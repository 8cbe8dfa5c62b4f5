import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'

let plane: ControlPlane
before(async () => {
  plane = await startControlPlane()
})
after(() => plane.close())

const trails = async (fields: object) => (await plane.root.done('DescribeTrails', fields)).trailList

describe('DescribeTrails', () => {
  it('shows the one trail there is, by its name and ARN too', async () => {
    const [trail, ...others] = await trails({})
    assert.deepEqual([trail.Name, trail.HomeRegion], ['main', 'on-prem-1'])
    assert.match(trail.TrailARN, /^arn:aws:cloudtrail:on-prem-1:\d{12}:trail\/main$/)
    assert.equal(trail.LogFileValidationEnabled, true)
    assert.equal(others.length, 0)
    assert.deepEqual(await trails({ trailNameList: ['other', 'main'] }), [trail])
    assert.deepEqual(await trails({ trailNameList: [trail.TrailARN] }), [trail])
    assert.deepEqual(await trails({ trailNameList: ['other'] }), [])
  })

  it("is on record as CloudTrail's", async () => {
    const recorded = plane.trail().at(-1)?.event
    assert.equal(recorded?.eventSource, 'cloudtrail.amazonaws.com')
    assert.deepEqual(recorded?.requestParameters, { trailNameList: ['other'] })
  })
})
