import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '@fleetkey/server/testing/control-plane'
import { EXIT_CODES } from '../exit-codes.ts'
import { envOf, fleetkeyAs, type Done } from '../testing/run-fleetkey.ts'

let server: ControlPlane
let root: (...args: readonly string[]) => Promise<Done>
before(async () => {
  server = await startControlPlane()
  root = fleetkeyAs(envOf(server.url, server.root))
})
after(() => server.close())

interface Listed {
  readonly endpointId: string
  readonly site: string
  readonly ipAddressType: string
}

const json = async (...args: readonly string[]): Promise<unknown> => {
  const { code, out, err } = await root('endpoints', ...args, '--output', 'json')
  assert.equal(code, 0, err)
  return JSON.parse(out)
}
const sites = async () => ((await json('list')) as Listed[]).map(({ site }) => site)

describe('endpoints', () => {
  it('lists the default site from the start', async () => {
    const { code, out } = await root('endpoints')
    assert.equal(code, 0)
    assert.match(
      out,
      /^SITE +ENDPOINT +NAME +LEADS TO +DNS NAME +CREATED\ndefault +eice-[0-9a-f]{17} +- +dualstack +localhost +\d/,
    )
  })

  it('makes one for a site that no host is in yet, and shows it by id, site and name', async () => {
    const made = (await json(
      'create',
      '--site',
      'berlin',
      '--ip-address-type',
      'ipv6',
      '--tag',
      'Name=door',
    )) as Listed
    assert.deepEqual([made.site, made.ipAddressType], ['berlin', 'ipv6'])
    for (const meant of [made.endpointId, 'berlin', 'door']) {
      assert.deepEqual(await json('show', meant), made)
    }
    const { out } = await root('endpoints', 'show', 'berlin')
    assert.match(out, /^endpoint {2}eice-\w+\nsite {6}berlin\n/)
    assert.match(out, /\ntag {7}Name=door\n/)
  })

  it('makes no second one for a site', async () => {
    const { code, err } = await root('endpoints', 'create')
    assert.equal(code, EXIT_CODES.refused)
    assert.match(err, /A site has one endpoint, and site 'default' has it already/)
  })

  it('changes to which addresses one leads', async () => {
    await json('create', '--site', 'lima')
    const { code, out } = await root('endpoints', 'modify', 'lima', '--ip-address-type', 'ipv4')
    assert.equal(code, 0)
    assert.match(out, /^eice-\w+ of site lima leads to ipv4 addresses\.\n$/)
    assert.equal(((await json('show', 'lima')) as Listed).ipAddressType, 'ipv4')
    assert.equal((await root('endpoints', 'modify', 'lima')).code, EXIT_CODES.usage)
    const wrong = await root('endpoints', 'modify', 'lima', '--ip-address-type', 'ipv5')
    assert.equal(wrong.code, EXIT_CODES.usage)
  })

  it('deletes one, but not unasked', async () => {
    await json('create', '--site', 'tokyo')
    assert.equal((await root('endpoints', 'delete', 'tokyo')).code, EXIT_CODES.cancelled)
    assert.ok((await sites()).includes('tokyo'))
    assert.equal((await root('endpoints', 'delete', 'tokyo', '--yes')).code, 0)
    assert.ok(!(await sites()).includes('tokyo'))
  })

  it('says what to do when there is none of that name, and when there are several', async () => {
    const { code, err } = await root('endpoints', 'show', 'nowhere')
    assert.equal(code, EXIT_CODES.notFound)
    assert.match(err, /No endpoint is called "nowhere"/)
    await json('create', '--site', 'a', '--tag', 'Name=twin')
    await json('create', '--site', 'b', '--tag', 'Name=twin')
    const twins = await root('endpoints', 'delete', 'twin', '--yes')
    assert.equal(twins.code, EXIT_CODES.ambiguous)
    assert.match(twins.err, /eice-\w+ {2}a\n.*eice-\w+ {2}b\n/)
  })

  it('is in the completions', async () => {
    const { out } = await root('completion', 'bash')
    assert.match(out, /'endpoints'\) offer="list show create modify delete/)
    assert.match(out, /'instances launch'\) offer="[^"]*--image[^"]*--wait/)
  })
})
