import type { DeliveryKind } from '@fleetkey/domain/host-facts'
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { PATHS } from '../paths.ts'
import { loadSettings } from '../settings.ts'
import { writeWhole } from '../write-whole.ts'

/** Keeps the choice where the agent reads it. Nothing is written when that is what it would do anyway. */
export function writeDelivery(delivery: DeliveryKind): void {
  if (loadSettings(PATHS.settings).delivery === delivery) return
  const kept = existsSync(PATHS.settings)
    ? (JSON.parse(readFileSync(PATHS.settings, 'utf8')) as object)
    : {}
  const directory = dirname(PATHS.settings)
  if (!existsSync(directory)) {
    mkdirSync(directory)
    chmodSync(directory, 0o755)
  }
  writeWhole(PATHS.settings, `${JSON.stringify({ ...kept, delivery }, undefined, 2)}\n`, 0o644)
}
