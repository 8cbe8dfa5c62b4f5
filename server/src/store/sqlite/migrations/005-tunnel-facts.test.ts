import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { it } from 'node:test'
import * as firstTables from './001-first-tables.ts'
import * as identities from './002-identities.ts'
import * as policiesOfAws from './003-policies-of-aws.ts'
import * as endpointsAndLaunches from './004-endpoints-and-launches.ts'
import * as tunnelFacts from './005-tunnel-facts.ts'

it('lets agents from before there were tunnels open none, and finds their hosts by address', () => {
  const db = new DatabaseSync(':memory:')
  for (const { sql } of [firstTables, identities, policiesOfAws, endpointsAndLaunches]) db.exec(sql)
  const facts = {
    hostname: 'web-1',
    addresses4: ['10.0.0.7', '192.0.2.7'],
    addresses6: ['fd00::7'],
  }
  const insert = db.prepare(
    'insert into instances (instance_id, agent_key, enrolled_at, facts) values (?, ?, 0, ?)',
  )
  insert.run('i-1', 'key', JSON.stringify(facts))
  insert.run('i-2', 'key', JSON.stringify({ ...facts, addresses4: [], addresses6: [] }))
  db.exec(tunnelFacts.sql)
  const [first, second] = db.prepare('select facts from instances order by instance_id').all()
  assert.deepEqual(JSON.parse(String(first?.['facts'])), {
    ...facts,
    sshAddresses: ['10.0.0.7', '192.0.2.7', 'fd00::7'],
    tunnelPorts: [],
  })
  assert.deepEqual(JSON.parse(String(second?.['facts'])).sshAddresses, [])
  const found = db.prepare('select address, instance_id as id from instance_addresses').all()
  assert.deepEqual(
    found.map(({ address, id }) => `${String(address)} ${String(id)}`),
    ['10.0.0.7 i-1', '192.0.2.7 i-1', 'fd00::7 i-1'],
  )
  db.close()
})
