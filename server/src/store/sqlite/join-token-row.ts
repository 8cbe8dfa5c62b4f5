import type { DatabaseSync } from 'node:sqlite'
import type { JoinTokenRow } from '../store.ts'
import { run } from './sql.ts'

export function insertToken(db: DatabaseSync, row: JoinTokenRow): void {
  run(
    db,
    `insert into join_tokens
       (join_token_id, secret_hash, tags, created_by, created_at, expires_at, state, instance_id,
        for_instance_id)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    row.joinTokenId,
    row.secretHash,
    JSON.stringify(row.tags),
    row.createdBy,
    row.createdAt,
    row.expiresAt,
    row.state,
    row.instanceId ?? null,
    row.forInstanceId ?? null,
  )
}
