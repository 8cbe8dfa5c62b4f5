import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { it } from 'node:test'
import * as sshSessions from './008-ssh-sessions.ts'
import * as recordings from './011-recordings.ts'
import * as owners from './015-owners.ts'

const IDP = 'arn:aws:iam::111122223333:oidc-provider/idp.example.com'

it('gives sessions and recordings their owners, where these are known', () => {
  const db = new DatabaseSync(':memory:')
  for (const { sql } of [sshSessions, recordings]) db.exec(sql)
  const began =
    db.prepare(`insert into ssh_sessions (session_id, instance_id, os_user, method, seen_by, pid, started_at,
    request_id, principal_id, principal_arn, user_name, ends_with_right) values (?, 'i-1', 'ann', 'publickey', 'pam', 7, 0, ?, ?, ?, ?, ?)`)
  const by = (principalId: string) => [`of ${principalId}`, principalId, 'arn', 'ann', 0] as const
  began.run('s-user', ...by('AIDAANN'))
  began.run('s-root', ...by('111122223333'))
  began.run('s-role', ...by('AROAOPS:ann'))
  began.run('s-none', null, null, null, null, null)
  began.run('s-forgotten', null, null, null, null, null)
  db.exec(
    `update ssh_sessions set ending = 'closed', ended_at = 5, ended_not_before = 4 where session_id = 's-user'`,
  )
  db.exec(`delete from ssh_sessions where session_id = 's-forgotten'`)
  const shown =
    db.prepare(`insert into recordings (recording_id, terminal_id, instance_id, os_user, principal_id, principal_arn,
    user_name, owner, request_id, started_at, cols, rows, has_input, sealed_key, kept_in, state)
    values (?, 't', 'i-1', 'ann', ?, 'arn', 'ann', ?, 'r', 0, 80, 24, 0, '', 'directory', 'running')`)
  shown.run('r-user', 'AIDAANN', 'AIDAANN')
  shown.run('r-person', 'AROAOPS:ann', `${IDP} 248289761001`)
  shown.run('r-typed', 'AROAOPS:ann', null)

  db.exec(owners.sql)
  const ownersOf = (table: string, id: string) =>
    Object.fromEntries(
      db
        .prepare(`select ${id} as id, owner from ${table} order by place`)
        .all()
        .map((row) => [row['id'], row['owner']]),
    )
  assert.deepEqual(ownersOf('ssh_sessions', 'session_id'), {
    's-user': 'AIDAANN',
    's-root': '111122223333',
    's-role': null,
    's-none': null,
  })
  assert.deepEqual(ownersOf('recordings', 'recording_id'), {
    'r-user': 'AIDAANN',
    'r-person': `AROAOPS ${IDP} 248289761001`,
    'r-typed': null,
  })
  const ended = db.prepare(`select * from ssh_sessions where session_id = 's-user'`).get()
  assert.deepEqual(
    ['ending', 'ended_at', 'ended_not_before', 'request_id', 'pid'].map((name) => ended?.[name]),
    ['closed', 5, 4, 'of AIDAANN', 7],
  )
  // What was forgotten leaves its place: pages go on behind places.
  began.run('s-next', null, null, null, null, null)
  const next = db.prepare(`select place from ssh_sessions where session_id = 's-next'`).get()
  assert.equal(next?.['place'], 6)
  db.close()
})
